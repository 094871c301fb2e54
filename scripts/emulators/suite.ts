import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { DEFAULT_DATABASE } from "../../functions/src/config.ts";
import { DEMO_PROJECT_ID, goToLoopbackDirectly, LOOPBACK } from "../cli/addresses.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { ROOT } from "../cli/steps.ts";
import type { CliLog } from "./cliLog.ts";
import { createDemoUsers } from "./demoUsers.ts";
import { emulatorCacheFolder } from "./emulatorDownloads.ts";
import { JAR_VARIABLE } from "./emulatorJar.ts";
import { FIREBASE_TOOLS, type FirebaseCli, runFirebaseCli, withoutProxy } from "./firebaseCli.ts";
import { type Emulator, type FirebaseConfig, suiteConfig } from "./firebaseConfig.ts";
import { copyFunctions, localSettings, type SettingValues } from "./functionsCopy.ts";
import { findPorts, type PortChoice, type Ports } from "./ports.ts";
import { checkJava, checkPaths, provideEmulatorJar, provideUi, type UiAvailability } from "./prerequisites.ts";
import { createSuiteFiles, type SuiteFiles } from "./suiteFiles.ts";

const FUNCTIONS_FOLDER = path.join(ROOT, "functions");

/**
 * The settings without a default: a deployment has to decide on them, a suite on one's own machine has not. And a receiver
 * of alerts may run on that machine.
 */
export const LOCAL_SETTINGS: SettingValues = { STATS_SECRETS: "none", WEBHOOKS_TO_LOOPBACK: "allowed" };

const READY = "All emulators ready!";
const PORT_TAKEN = /port taken|already in use|EADDRINUSE/i;
/** What the CLI says of every error that it has no words for. Why it failed stands in its debug log only. */
const UNEXPECTED = "An unexpected error has occurred.";
const START_ATTEMPTS = 3;
const LOG_TAIL_LINES = 20;

export type SuiteOptions = {
	/** Default: functions and firestore. With auth there are the dashboard's demo users too, and one is a member. */
	emulators?: readonly Emulator[];
	/** Whether the developer's own `functions/.env*` and `functions/.secret.local` count too. Default: no. */
	readLocalSettings?: boolean;
	/** Default: any. */
	ports?: PortChoice;
	/** Whether to run the Emulator UI where it can be had. Default: no. */
	ui?: boolean;
	/** Ends a start that is under way. */
	signal?: AbortSignal;
	environment?: NodeJS.ProcessEnv;
	/** The folder of the firebase-tools whose emulators are to run. Default: the project's own. */
	firebaseTools?: string;
};

export type Suite = {
	projectId: string;
	ports: Ports;
	/** The value of each of the functions' settings, secrets included. Empty where the suite has no functions. */
	settings: SettingValues;
	/** The URL of the function `stats`. Empty where the suite has no functions. */
	statsUrl: string;
	/** The value of FIRESTORE_EMULATOR_HOST. */
	firestoreHost: string;
	/** The dashboard's URL. Empty without hosting. */
	dashboardUrl: string;
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

/** What of a suite is decided before its ports are. */
type Plan = {
	projectId: string;
	emulators: readonly Emulator[];
	ui: UiAvailability;
	environment: NodeJS.ProcessEnv;
	firebaseTools: string;
};

/**
 * Starts the Firebase emulators with the built functions (`functions/lib`), and waits until they answer.
 *
 * @throws ExplainedError that says what is missing or wrong
 */
export async function startSuite(options: SuiteOptions = {}): Promise<Suite> {
	const { environment = process.env, firebaseTools = FIREBASE_TOOLS } = options;
	goToLoopbackDirectly(environment);
	const fileEncoding = await checkJava(firebaseTools, environment);
	const jarVariable = await provideEmulatorJar(firebaseTools, environment);
	checkPaths([ROOT, jarVariable[JAR_VARIABLE] ?? emulatorCacheFolder(environment)], fileEncoding);
	const plan = {
		projectId: DEMO_PROJECT_ID,
		emulators: options.emulators ?? (["functions", "firestore"] as const),
		ui: options.ui ? await provideUi(firebaseTools, environment) : { off: "it was not asked for" },
		environment: { ...environment, ...jarVariable },
		firebaseTools,
	};
	return startOnFreePorts(options, plan, START_ATTEMPTS);
}

/**
 * Something else may take a port between the search and the start: then another search helps. What the CLI did not expect
 * may have passed too, but is not tried more than once.
 */
async function startOnFreePorts(options: SuiteOptions, plan: Plan, attempts: number): Promise<Suite> {
	const ports = await findPorts(options.ports ?? "any", plan.environment);
	try {
		return await startOn(ports, options, plan);
	} catch (error) {
		if (attempts === 1 || !(error instanceof ExplainedError)) throw error;
		if (PORT_TAKEN.test(error.message)) return startOnFreePorts(options, plan, attempts - 1);
		if (!error.message.includes(UNEXPECTED)) throw error;
		console.error(`${error.message}\nTrying once more.`);
		return startOnFreePorts(options, plan, 1);
	}
}

async function startOn(ports: Ports, options: SuiteOptions, plan: Plan): Promise<Suite> {
	const { files, settings } = await writeFiles(ports, options, plan);
	const only = plan.emulators.join(",");
	const args = ["emulators:start", "--project", plan.projectId, "--only", only, "--config", files.config];
	const cli = runFirebaseCli(plan.firebaseTools, files.folder, args, withoutProxy(plan.environment));
	let stopping: Promise<void> | undefined;
	const stop = () => (stopping ??= cli.stop().finally(files.remove));
	try {
		await untilReady(cli, files.folder, options.signal);
		if (plan.emulators.includes("auth")) await createDemoUsers(plan.projectId, ports, new Date());
		return describeSuite(ports, settings, plan, cli, stop);
	} catch (error) {
		await stop();
		throw error;
	}
}

async function writeFiles(
	ports: Ports,
	options: SuiteOptions,
	plan: Plan,
): Promise<{ files: SuiteFiles; settings: SettingValues }> {
	const { emulators, ui } = plan;
	const files = await createSuiteFiles(ROOT);
	try {
		const settings = emulators.includes("functions") ? await writeFunctions(files.functions, options, plan) : {};
		const project: FirebaseConfig = JSON.parse(await readFile(path.join(ROOT, "firebase.json"), "utf8"));
		const functionsSource = path.relative(ROOT, files.functions);
		const config = suiteConfig(project, emulators, ports, functionsSource, settings["REGION"], "on" in ui);
		await writeFile(files.config, JSON.stringify(config, null, "\t"));
		return { files, settings };
	} catch (error) {
		files.remove();
		throw error;
	}
}

/** @returns the value of each setting */
async function writeFunctions(folder: string, options: SuiteOptions, plan: Plan): Promise<SettingValues> {
	const local = options.readLocalSettings ? await localSettings(FUNCTIONS_FOLDER, plan.projectId) : {};
	// Nobody else's data is in an emulator: page, demo users and functions meet in its default database.
	const settings = { ...LOCAL_SETTINGS, ...local, DATABASE_ID: DEFAULT_DATABASE };
	return copyFunctions(FUNCTIONS_FOLDER, folder, settings, plan.environment);
}

/** @throws ExplainedError when the CLI ends before its emulators are ready, or the signal asks for the end */
async function untilReady(cli: FirebaseCli, folder: string, signal: AbortSignal | undefined): Promise<void> {
	signal?.throwIfAborted();
	await new Promise<void>((resolve, reject) => {
		cli.log.onLine((line) => {
			if (line.includes(READY)) resolve();
		});
		signal?.addEventListener("abort", () => reject(new ExplainedError("The start was interrupted.")), { once: true });
		cli.ended.then(() => {
			const words = cli.log.tail(LOG_TAIL_LINES);
			const cause = words.includes(UNEXPECTED) ? `\nThe cause: ${unexpectedCause(folder)}` : "";
			reject(new ExplainedError(`The emulators did not start. Their last words:\n${words}${cause}`));
		});
	});
}

/** The error that the CLI noted last in its debug log, with the line of code that it comes from. */
function unexpectedCause(folder: string): string {
	const debugLog = readFileSync(path.join(folder, "firebase-debug.log"), "utf8");
	return debugLog.match(/(?<=^\[debug\] \[\S+\] +)\w*Error: .*\n.*/gm)?.at(-1) ?? "unknown";
}

function describeSuite(
	ports: Ports,
	settings: SettingValues,
	plan: Plan,
	cli: FirebaseCli,
	stop: () => Promise<void>,
): Suite {
	const { projectId, emulators, ui } = plan;
	const has = (emulator: Emulator) => emulators.includes(emulator);
	const firestoreHost = `${LOOPBACK}:${ports.firestore}`;
	const functionsUrl = `http://${LOOPBACK}:${ports.functions}/${projectId}/${settings["REGION"]}`;
	const statsUrl = has("functions") ? `${functionsUrl}/stats` : "";
	const dashboardUrl = has("hosting") ? `http://${LOOPBACK}:${ports.hosting}` : "";
	return {
		projectId,
		ports,
		settings,
		statsUrl,
		firestoreHost,
		dashboardUrl,
		ui: "on" in ui ? { url: `http://${LOOPBACK}:${ports.ui}` } : ui,
		environment: {
			GCLOUD_PROJECT: projectId,
			FIREBASE_EMULATOR_HUB: `${LOOPBACK}:${ports.hub}`,
			METADATA_SERVER_DETECTION: "none",
			...(has("firestore") && { FIRESTORE_EMULATOR_HOST: firestoreHost }),
			...(has("functions") && { STATS_URL: statsUrl }),
			...(has("auth") && { FIREBASE_AUTH_EMULATOR_HOST: `${LOOPBACK}:${ports.auth}` }),
			...(has("hosting") && { HOSTING_URL: dashboardUrl }),
		},
		log: cli.log,
		ended: cli.ended.then(() => undefined),
		stop,
	};
}
