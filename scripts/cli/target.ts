import { DATABASE_ID, DEFAULT_DATABASE } from "../../functions/src/config.ts";
import { DEMO_PROJECT_ID, goToLoopbackDirectly, LOOPBACK, PORTS } from "./addresses.ts";
import { deployedSetting } from "./deployedSetting.ts";
import { ExplainedError } from "./explainedError.ts";

/** The variable that leads the Firebase SDKs to each emulator. */
export const EMULATOR_VARIABLES = {
	firestore: "FIRESTORE_EMULATOR_HOST",
	auth: "FIREBASE_AUTH_EMULATOR_HOST",
} as const;

export type Service = keyof typeof EMULATOR_VARIABLES;

/** The options of a command that works on a project's data. */
export const TARGET_OPTIONS = { project: { type: "string" }, emulator: { type: "boolean" } } as const;

export const TARGET_USAGE = `  --project ID     the Firebase project; you are known to it by Application Default Credentials
                   (gcloud auth application-default login)
  --emulator       the emulators of a running npm start, on their standard ports;
                   where ${Object.values(EMULATOR_VARIABLES).join(" and ")} are set,
                   the emulators there are used without it`;

/** Whose data a command works on. */
export type Target = {
	readonly projectId: string;
	readonly description: string;
	/** Each as `127.0.0.1:8080`; none for a real project. */
	readonly emulatorHosts: readonly string[];
};

/**
 * Finds out whose data a command works on, and points the Firebase SDKs at it. It never guesses a real project. Of one, the
 * database is that of its functions.
 *
 * @param environment Where the SDKs look for emulators; `--emulator` sets what is missing. And where `openFirestore` looks
 * for the database.
 * @throws ExplainedError when that is not clear.
 */
export function chooseTarget(
	{ project, emulator = false }: { readonly project?: string | undefined; readonly emulator?: boolean | undefined },
	services: readonly Service[],
	environment: NodeJS.ProcessEnv,
): Target {
	const named = services.filter((service) => environment[EMULATOR_VARIABLES[service]]);
	const [first] = named;
	if (project !== undefined) {
		if (emulator) throw new ExplainedError("Give --project for a real project, or --emulator, not both.");
		if (first) {
			throw new ExplainedError(`${EMULATOR_VARIABLES[first]} is set: unset it to reach the project ${project}.`);
		}
		const databaseId = deployedSetting(project, DATABASE_ID.name) || DEFAULT_DATABASE;
		environment[DATABASE_ID.name] = databaseId;
		const database = databaseId === DEFAULT_DATABASE ? "" : `, database ${databaseId}`;
		return { projectId: project, description: `project ${project}${database}`, emulatorHosts: [] };
	}
	if (!emulator && !first) {
		throw new ExplainedError("Say whose data: --project ID for a real project, --emulator for a local one.");
	}
	const missing = services.filter((service) => !named.includes(service));
	if (!emulator && missing[0]) {
		throw new ExplainedError(`${EMULATOR_VARIABLES[missing[0]]} is not set: set it too, or give --emulator.`);
	}
	const hosts = services.map((service) => environment[EMULATOR_VARIABLES[service]] || standardHost(service));
	services.forEach((service, index) => {
		environment[EMULATOR_VARIABLES[service]] = hosts[index];
	});
	goToLoopbackDirectly(environment);
	// Elsewhere than in Google Cloud the SDKs would look for its metadata server first.
	environment["METADATA_SERVER_DETECTION"] = "none";
	const projectId = environment["GCLOUD_PROJECT"] ?? DEMO_PROJECT_ID;
	return { projectId, description: `emulator at ${hosts[0]}, project ${projectId}`, emulatorHosts: hosts };
}

function standardHost(service: Service): string {
	return `${LOOPBACK}:${PORTS[service].standard}`;
}
