import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { ExplainedError } from "./explainedError.ts";
import { ROOT } from "./steps.ts";

/** The emulators' standard addresses, at which `npm start` serves them when the ports are free. */
const LOCAL = { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080", FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9099" };

/** The project of the local suite. */
const LOCAL_PROJECT = "demo-statistics";

/** The options by which a command is told which project it works on. */
export const PROJECT_OPTIONS = {
	project: { type: "string" },
	emulator: { type: "boolean", default: false },
} as const;

/** How {@link PROJECT_OPTIONS} stand in a command's help. */
export const PROJECT_USAGE = `  --project ID   the Firebase project, with your application default credentials
                 (gcloud auth application-default login)
  --emulator     the local emulators instead: those of the environment, else those of npm start`;

/**
 * Decides which project a command works on, and points the Firebase libraries at the emulators where it is a local one.
 *
 * @returns The project's id.
 * @throws ExplainedError when neither a project nor the emulators are named.
 */
export function chooseProject({ project, emulator }: { project?: string | undefined; emulator?: boolean }): string {
	const isLocal = emulator === true || process.env["FIRESTORE_EMULATOR_HOST"] !== undefined;
	if (!isLocal && project === undefined) {
		throw new ExplainedError("Name the project with --project ID, or use --emulator for the local suite.");
	}
	process.env["METADATA_SERVER_DETECTION"] ??= "none";
	if (!isLocal) return project ?? "";
	for (const [name, address] of Object.entries(LOCAL)) process.env[name] ??= address;
	return project ?? process.env["GCLOUD_PROJECT"] ?? LOCAL_PROJECT;
}

/** Reads a setting as it was deployed to a project: from `functions/.env.PROJECT`, else from `functions/.env`. */
export function deployedSetting(project: string, name: string): string | undefined {
	const files = [`.env.${project}`, ".env"].map((file) => path.join(ROOT, "functions", file)).filter(existsSync);
	return files.map((file) => parseEnv(readFileSync(file, "utf8"))[name]).find((value) => value !== undefined);
}
