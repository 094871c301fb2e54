import { rmSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import path from "node:path";

/** What one suite has on disk, apart from other suites of the same checkout. */
export type SuiteFiles = {
	/** The suite's own folder, in which the emulators write their debug logs. */
	folder: string;
	/** In it, the place for the suite's copy of the functions. */
	functions: string;
	/** The place for its firebase.json. The CLI takes this file's folder for the project's, so it lies in the root. */
	config: string;
	remove(): void;
};

/** Makes a suite's own folder in the cache of the project. It goes with this process at the latest. */
export async function createSuiteFiles(root: string): Promise<SuiteFiles> {
	const cache = path.join(root, ".cache");
	await mkdir(cache, { recursive: true });
	const folder = await mkdtemp(path.join(cache, "suite-"));
	const config = path.join(root, `firebase.local.${path.basename(folder)}.json`);
	const remove = () => {
		process.removeListener("exit", remove);
		for (const file of [config, folder]) {
			rmSync(file, { recursive: true, force: true });
		}
	};
	process.once("exit", remove);
	return { folder, functions: path.join(folder, "functions"), config, remove };
}
