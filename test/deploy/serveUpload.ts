import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/cli/steps.ts";
import { environmentOf } from "./declared.ts";
import type { GoogleProject } from "./googleProject.ts";

/**
 * Does with an upload what Cloud Build and Cloud Run do: installs what its lock file names, and serves one function with
 * the variables and secrets that it was deployed with.
 */
export async function serveUpload(
	source: ReadonlyMap<string, Buffer>,
	project: GoogleProject,
	id: string,
	use: (url: string) => Promise<void>,
): Promise<void> {
	await mkdir(path.join(ROOT, ".cache"), { recursive: true });
	const folder = await mkdtemp(path.join(ROOT, ".cache/upload-"));
	try {
		for (const [name, content] of source) {
			await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
			await writeFile(path.join(folder, name), content);
		}
		await promisify(execFile)("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund"], { cwd: folder });
		const secrets = Object.entries(project.secrets).map(([name, { versions }]) => [name, versions.at(-1)?.value]);
		const serve = path.join(ROOT, "scripts/emulators/serveFunction.ts");
		const child = spawn(process.execPath, [serve, path.join(folder, "lib/index.js")], {
			cwd: folder,
			env: {
				PATH: process.env["PATH"],
				METADATA_SERVER_DETECTION: "none",
				...environmentOf(project, id),
				...Object.fromEntries(secrets),
			},
			stdio: ["ignore", "inherit", "inherit", "ipc"],
		});
		const ended = once(child, "exit");
		try {
			const [port] = await Promise.race([once(child, "message"), ended.then(() => [undefined])]);
			if (port === undefined) throw new Error("The uploaded function did not start.");
			await use(`http://127.0.0.1:${port}`);
		} finally {
			child.kill();
			await ended;
		}
	} finally {
		await rm(folder, { recursive: true });
	}
}
