import path from "node:path";
import { ExplainedError } from "../explainedError.ts";
import type { CliLog } from "./cliLog.ts";
import { createDemoUsers } from "./demoUsers.ts";
import { type FirebaseCli, kill, runFirebaseCli } from "./firebaseCli.ts";
import { type Emulator, suiteConfig } from "./firebaseConfig.ts";
import { localSettings, type SettingValues } from "./functionsCopy.ts";
import { findPorts, LOOPBACK, type PortChoice, type Ports } from "./ports.ts";
import { checkJava, provideEmulatorJar, provideUi, type UiAvailability } from "./prerequisites.ts";
import { type SuiteFiles, writeSuiteFiles } from "./suiteFiles.ts";

const ROOT = path.join(import.meta.dirname, "../..");

// A project id that begins with demo- keeps the CLI from looking for a real project or an account.
const PROJECT_ID = "demo-statistics";

/** The settings without a default: a deployment has to decide on them, a suite on the own machine has not. */
const LOCAL_SETTINGS: SettingValues = { STATS_SECRETS: "none" };

const READY = "All emulators ready!";
const PORT_TAKEN = /port taken|already in use|EADDRINUSE/i;
const START_ATTEMPTS = 3;
const LOG_TAIL_LINES = 20;

export type SuiteOptions = {
	/** Default: functions and firestore. With auth there are the dashboard's demo users too, and one is a member. */
	emulators?: readonly Emulator[];
	projectId?: string;
	/** Values of the functions' settings, for those that should differ from their defaults. */
	settings?: SettingValues;
	/** Whether the developer's own `functions/.env*` and `functions/.secret.local` count too. Default: no. */
	readLocalSettings?: boolean;
	/** Default: any. */
	ports?: PortChoice;
	/** Whether to run the Emulator UI where it can be had. Default: no. */
	ui?: boolean;
	/** Ends a start that is under way. */
	signal?: AbortSignal;
	/** Gets each line that the Firebase CLI prints, the functions' logs among them. */
	onLogLine?: (line: string) => void;
	environment?: NodeJS.ProcessEnv;
};

export type Suite = {
	projectId: string;
	ports: Ports;
	/** The base of every function's URL, without a slash at its end: append the function's name. Empty without functions. */
	functionsUrl: string;
	/** The URL of the function `stats`. */
	statsUrl: string;
	/** The value of FIRESTORE_EMULATOR_HOST. */
	firestoreHost: string;
	/** The Emulator UI's URL, or why it is off. */
	ui: { url: string } | { off: string };
	/** The variables with which SDKs and tests find this suite. */
	environment: Readonly<Record<string, string>>;
	log: CliLog;
	/** Resolves when the suite has ended, by `stop` or by itself. */
	ended: Promise<void>;
	/** Stops everything that the suite started. Calling it again waits for the same stop. */
	stop(): Promise<void>;
};

/**
 * Starts the Firebase emulators with the built functions (`functions/lib`), and waits until they answer.
 * @throws ExplainedError that says in one line what to do
 */
export async function startSuite(options: SuiteOptions = {}): Promise<Suite> {
	const environment = options.environment ?? process.env;
	await checkJava(environment);
	const jar = await provideEmulatorJar(ROOT, environment);
	const ui = options.ui ? await provideUi(ROOT, environment) : { off: "it was not asked for" };
	return startWithFreePorts(options, { ...environment, ...jar }, ui, START_ATTEMPTS);
}

/** Something else may take a port between the search and the start: then another search helps. */
async function startWithFreePorts(
	options: SuiteOptions,
	environment: NodeJS.ProcessEnv,
	ui: UiAvailability,
	attempts: number,
): Promise<Suite> {
	const ports = await findPorts(options.ports ?? "any", environment);
	try {
		return await startOnPorts(options, environment, ui, ports);
	} catch (error) {
		if (attempts > 1 && error instanceof ExplainedError && PORT_TAKEN.test(error.message)) {
			return startWithFreePorts(options, environment, ui, attempts - 1);
		}
		throw error;
	}
}

async function startOnPorts(
	options: SuiteOptions,
	environment: NodeJS.ProcessEnv,
	ui: UiAvailability,
	ports: Ports,
): Promise<Suite> {
	const { projectId = PROJECT_ID, emulators = ["functions", "firestore"] } = options;
	const settings = emulators.includes("functions") ? await functionSettings(options, projectId) : undefined;
	const files = await writeSuiteFiles(
		ROOT,
		(config, functionsSource) => suiteConfig(config, emulators, ports, functionsSource, "on" in ui),
		settings,
	);
	const args = ["emulators:start", "--project", projectId, "--only", emulators.join(","), "--config", files.config];
	const cli = runFirebaseCli(ROOT, files.folder, args, environment);
	if (options.onLogLine) {
		cli.log.onLine(options.onLogLine);
	}
	const stop = stopOnce(cli, files, ports);
	try {
		await untilReady(cli, options.signal);
		const functionsUrl = emulators.includes("functions") ? await findFunctionsUrl(projectId, ports, cli.log) : "";
		if (emulators.includes("auth")) {
			await createDemoUsers(projectId, ports, new Date());
		}
		return describeSuite(projectId, emulators, ports, functionsUrl, ui, cli, stop);
	} catch (error) {
		await stop();
		throw error;
	}
}

async function functionSettings(options: SuiteOptions, projectId: string): Promise<SettingValues> {
	const local = options.readLocalSettings ? await localSettings(path.join(ROOT, "functions"), projectId) : {};
	return { ...LOCAL_SETTINGS, ...local, ...options.settings };
}

/** @throws ExplainedError when the CLI ends before its emulators are ready, or the signal asks for the end */
async function untilReady(cli: FirebaseCli, signal: AbortSignal | undefined): Promise<void> {
	signal?.throwIfAborted();
	await new Promise<void>((resolve, reject) => {
		const stopListening = cli.log.onLine((line) => {
			if (line.includes(READY)) {
				stopListening();
				resolve();
			}
		});
		signal?.addEventListener("abort", () => reject(new ExplainedError("The start was interrupted.")), { once: true });
		cli.ended.then(() =>
			reject(new ExplainedError(`The emulators did not start. Their last words:\n${cli.log.tail(LOG_TAIL_LINES)}`)),
		);
	});
}

/**
 * The region of a function is a setting, so the emulator is asked where it serves them.
 * @throws ExplainedError when it serves none
 */
async function findFunctionsUrl(projectId: string, ports: Ports, log: CliLog): Promise<string> {
	const origin = `http://${LOOPBACK}:${ports.functions}`;
	const response = await fetch(`${origin}/backends`);
	const { backends } = (await response.json()) as { backends: { functionTriggers: { region: string }[] }[] };
	const region = backends.flatMap(({ functionTriggers }) => functionTriggers)[0]?.region;
	if (region === undefined) {
		throw new ExplainedError(`The emulator found no functions. Its last words:\n${log.tail(LOG_TAIL_LINES)}`);
	}
	return `${origin}/${projectId}/${region}`;
}

/** What stops the suite, and clears up even when this process ends without calling it. */
function stopOnce(cli: FirebaseCli, files: SuiteFiles, ports: Ports): () => Promise<void> {
	const clearUp = () => {
		cli.interrupt();
		files.remove();
	};
	process.once("exit", clearUp);
	let stopping: Promise<void> | undefined;
	const stop = async () => {
		const firestoreProcess = await findFirestoreProcess(ports);
		await cli.stop();
		if (firestoreProcess !== undefined) {
			kill(firestoreProcess);
		}
		process.removeListener("exit", clearUp);
		files.remove();
	};
	return () => {
		stopping ??= stop();
		return stopping;
	};
}

/** The emulator's Java process leads a process group of its own, and may outlive a CLI that fails to stop it. */
async function findFirestoreProcess(ports: Ports): Promise<number | undefined> {
	try {
		const response = await fetch(`http://${LOOPBACK}:${ports.hub}/emulators`, { signal: AbortSignal.timeout(2000) });
		const emulators = (await response.json()) as { firestore?: { pid?: number } };
		return emulators.firestore?.pid;
	} catch {
		return undefined;
	}
}

function describeSuite(
	projectId: string,
	emulators: readonly Emulator[],
	ports: Ports,
	functionsUrl: string,
	ui: UiAvailability,
	cli: FirebaseCli,
	stop: () => Promise<void>,
): Suite {
	const firestoreHost = `${LOOPBACK}:${ports.firestore}`;
	const statsUrl = `${functionsUrl}/stats`;
	return {
		projectId,
		ports,
		functionsUrl,
		statsUrl,
		firestoreHost,
		ui: "on" in ui ? { url: `http://${LOOPBACK}:${ports.ui}` } : ui,
		environment: {
			GCLOUD_PROJECT: projectId,
			FIRESTORE_EMULATOR_HOST: firestoreHost,
			FIREBASE_EMULATOR_HUB: `${LOOPBACK}:${ports.hub}`,
			METADATA_SERVER_DETECTION: "none",
			...(emulators.includes("functions") && { STATS_URL: statsUrl }),
			...(emulators.includes("auth") && { FIREBASE_AUTH_EMULATOR_HOST: `${LOOPBACK}:${ports.auth}` }),
			...(emulators.includes("hosting") && { HOSTING_URL: `http://${LOOPBACK}:${ports.hosting}` }),
		},
		log: cli.log,
		ended: cli.ended.then(() => undefined),
		stop,
	};
}
