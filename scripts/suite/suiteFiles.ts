import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { FirebaseConfig } from "./firebaseConfig.ts";
import { copyFunctions, type SettingValues } from "./functionsCopy.ts";

/** What one suite has on disk, besides other suites of the same checkout. */
export type SuiteFiles = {
	/** The suite's own folder: the functions' copy and the emulators' debug logs. */
	folder: string;
	/** Its copy of firebase.json. The CLI takes the folder of this file for the project's, so it lies beside firebase.json. */
	config: string;
	remove(): void;
};

/**
 * Writes what the Firebase CLI needs to run a suite of its own.
 * @param makeConfig gets firebase.json and the folder of the functions' copy, relative to the root
 * @param settings of the functions; undefined where the suite has no functions
 */
export async function writeSuiteFiles(
	root: string,
	makeConfig: (config: FirebaseConfig, functionsSource: string) => FirebaseConfig,
	settings: SettingValues | undefined,
): Promise<SuiteFiles> {
	await mkdir(path.join(root, ".cache"), { recursive: true });
	const folder = await mkdtemp(path.join(root, ".cache/suite-"));
	const config = path.join(root, `firebase.local.${path.basename(folder)}.json`);
	const remove = () => {
		for (const file of [config, folder]) {
			rmSync(file, { recursive: true, force: true });
		}
	};
	try {
		const functionsCopy = path.join(folder, "functions");
		if (settings !== undefined) {
			await copyFunctions(path.join(root, "functions"), functionsCopy, settings);
		}
		const project = JSON.parse(await readFile(path.join(root, "firebase.json"), "utf8"));
		await writeFile(config, JSON.stringify(makeConfig(project, path.relative(root, functionsCopy)), null, "\t"));
		return { folder, config, remove };
	} catch (error) {
		remove();
		throw error;
	}
}
