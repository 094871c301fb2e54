import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/cli/steps.ts";
import type { Refusal } from "./googleApis.ts";
import type { GoogleProject } from "./googleProject.ts";
import type { Deployment, Task } from "./runDeployment.ts";

const CLI = path.join("deploy", "node_modules", "firebase-tools");

/** What a deployment takes from the project's folder. What is installed is linked, not copied. */
const COPIED = [
	".npmrc",
	"package.json",
	"package-lock.json",
	"firebase.json",
	"firestore.rules",
	"firestore.indexes.json",
	"metrics",
	"shared",
	"scripts",
	"functions",
	"web",
	"deploy",
];
const LINKED = ["node_modules", "functions/node_modules", "deploy/node_modules"];

/** A copy of the project, as a team has it: its answers and caches are kept from one deployment to the next. */
export type Checkout = { folder: string; remove(): Promise<void> };

/** @param builds whether it builds what it deploys, as a team's does. Else it has what the tests' run has built before. */
export async function createCheckout({ builds }: { builds: boolean }): Promise<Checkout> {
	const folder = await mkdtemp(path.join(os.tmpdir(), "deployment-"));
	const withoutInstalled = (source: string) =>
		!["node_modules", ".cache"].includes(path.basename(source)) && !/\.env\.|\.secret/.test(path.basename(source));
	for (const name of COPIED) {
		await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true, filter: withoutInstalled });
	}
	for (const name of LINKED) await symlink(path.join(ROOT, name), path.join(folder, name), "junction");
	await mkdir(path.join(folder, "home"));
	if (!builds) await withoutBuilds(path.join(folder, "package.json"));
	return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function withoutBuilds(packageFile: string): Promise<void> {
	const { scripts, ...rest } = JSON.parse(await readFile(packageFile, "utf8"));
	const skipped = { build: "node --eval 0 --", "build:web": "node --eval 0 --" };
	await writeFile(packageFile, JSON.stringify({ ...rest, scripts: { ...scripts, ...skipped } }));
}

export type DeployOptions = {
	/** Arguments of the command besides `--project`. */
	args?: readonly string[];
	/** Default: `npm run deploy`. */
	script?: "deploy" | "firebase";
	/** What is typed at a prompt with this text in it, the first time and each time after. Default: Enter everywhere. */
	answers?: Readonly<Record<string, readonly string[]>>;
	/** Default: true. */
	interactive?: boolean;
	refusals?: readonly Refusal[];
};

/** Runs `npm run deploy` in a checkout, with the real CLI, against a project that is made up. */
export async function deploy(
	{ folder }: Checkout,
	project: GoogleProject,
	{ args = [], script = "deploy", answers = {}, interactive = true, refusals = [] }: DeployOptions = {},
): Promise<Deployment> {
	const task: Task = {
		command: ["npm", "run", script, "--", ...args, "--project", project.id],
		folder,
		environment: environmentOf(folder),
		addresses: path.join(ROOT, CLI, "lib/api.js"),
		project: structuredClone(project),
		refusals: structuredClone([...refusals]),
		terminal: interactive ? { answers: structuredClone(answers) as Record<string, string[]> } : undefined,
	};
	const [taskFile, resultFile] = [path.join(folder, "task.json"), path.join(folder, "result.json")];
	await writeFile(taskFile, JSON.stringify(task));
	const [program = "", ...before] = await isolated();
	const child = spawn(
		program,
		[...before, process.execPath, path.join(import.meta.dirname, "runDeployment.ts"), taskFile, resultFile],
		{ stdio: ["ignore", "inherit", "inherit"] },
	);
	const [exitCode] = await once(child, "exit");
	if (exitCode !== 0) throw new Error(`The deployment could not be run: exit code ${exitCode}.`);
	return JSON.parse(await readFile(resultFile, "utf8"));
}

/** Nothing of the machine's own accounts and settings: only what it takes to find Node and npm. */
function environmentOf(folder: string): Record<string, string> {
	const home = path.join(folder, "home");
	return {
		PATH: [path.join(ROOT, "node_modules/.bin"), process.env["PATH"]].join(path.delimiter),
		HOME: home,
		XDG_CONFIG_HOME: home,
		TERM: "xterm",
		NO_COLOR: "1",
		NO_UPDATE_NOTIFIER: "1",
		npm_config_progress: "false",
		// The CLI asks npm for the newest firebase-functions; there is no registry to wait for.
		npm_config_fetch_retries: "0",
		METADATA_SERVER_DETECTION: "none",
		// Not a credential: the made-up Google exchanges any for a made-up access token.
		FIREBASE_TOKEN: "made-up",
	};
}

let isolation: Promise<string[]> | undefined;

/**
 * The command in front of which a program has a network of its own, with loopback alone. Where the system has none, the
 * proxy is what keeps every request of the CLI on this machine.
 */
function isolated(): Promise<string[]> {
	isolation ??= (async () => {
		const shell = ["sh", "-c", 'ip link set lo up && exec "$0" "$@"'];
		for (const unshare of [
			["unshare", "--net"],
			["unshare", "--map-root-user", "--net"],
		]) {
			const [program = "", ...args] = [...unshare, ...shell];
			const works = await promisify(execFile)(program, [...args, "true"]).then(
				() => true,
				() => false,
			);
			if (works) return [program, ...args];
		}
		return ["env"];
	})();
	return isolation;
}
