import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { CliLog } from "./cliLog.ts";
import { copyFunctions, localSettings, type SettingValues } from "./functionsCopy.ts";
import { LOOPBACK } from "./ports.ts";
import { LOCAL_SETTINGS } from "./suite.ts";

const ROOT = path.join(import.meta.dirname, "../..");

export type HostOptions = {
	projectId: string;
	/** The database: a host and port as in FIRESTORE_EMULATOR_HOST. */
	firestoreHost: string;
	/** Values of the functions' settings, for those that should differ from their defaults. */
	settings?: SettingValues;
	/** The file of the module that exports the function. Default: the built functions. */
	module?: string;
};

/** One instance of a function, as Cloud Run would run it. */
export type HostedFunction = {
	/** Where it takes requests: the plugin's for `stats`, CloudEvents for `countEvent`. */
	url: string;
	/** What it has logged: one JSON object a line. */
	log: CliLog;
	pid: number;
	/** Ends the instance. */
	stop(): Promise<void>;
};

/**
 * Starts one instance of a function as Cloud Run does, with settings and a database of its own, and nothing between it and
 * its clients: what concerns speed, or deliveries made by a test, is shown with this.
 * @throws Error with the function's last words when it ends before it listens
 */
export async function hostFunction(target: string, options: HostOptions): Promise<HostedFunction> {
	const { projectId, firestoreHost, settings, module } = options;
	await mkdir(path.join(ROOT, ".cache"), { recursive: true });
	const folder = await mkdtemp(path.join(ROOT, ".cache/host-"));
	try {
		if (module === undefined) {
			await copyFunctions(path.join(ROOT, "functions"), folder, { ...LOCAL_SETTINGS, ...settings }, process.env);
		}
		const args = [path.join(import.meta.dirname, "serveFunction.ts"), module ?? path.join(folder, "lib/index.js")];
		const child = spawn(process.execPath, args, {
			cwd: folder,
			env: {
				...process.env,
				...(await localSettings(folder, projectId)),
				FUNCTION_TARGET: target,
				GCLOUD_PROJECT: projectId,
				FIREBASE_CONFIG: JSON.stringify({ projectId }),
				FIRESTORE_EMULATOR_HOST: firestoreHost,
				METADATA_SERVER_DETECTION: "none",
			},
			stdio: ["ignore", "pipe", "pipe", "ipc"],
		});
		return await untilListening(child, folder);
	} catch (error) {
		await rm(folder, { recursive: true });
		throw error;
	}
}

async function untilListening(child: ChildProcess, folder: string): Promise<HostedFunction> {
	const log = new CliLog();
	for (const output of [child.stdout, child.stderr]) {
		output?.setEncoding("utf8").on("data", (text: string) => log.write(text));
	}
	const ended = once(child, "close");
	const port = await Promise.race([
		once(child, "message").then(([port]) => port as number),
		ended.then(() => undefined),
	]);
	if (port === undefined) throw new Error(`The function did not start. Its last words:\n${log.tail(20)}`);
	const stop = async () => {
		child.kill();
		await ended;
		await rm(folder, { recursive: true, force: true });
	};
	return { url: `http://${LOOPBACK}:${port}`, log, pid: child.pid ?? 0, stop };
}
