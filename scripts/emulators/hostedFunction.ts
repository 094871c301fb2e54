import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import path from "node:path";
import { LOOPBACK } from "../cli/addresses.ts";
import { ROOT } from "../cli/steps.ts";
import { CliLog } from "./cliLog.ts";
import { copyBuild, type DeclaredParam, type SettingValues, settingValues } from "./functionsCopy.ts";
import { LOCAL_SETTINGS } from "./suite.ts";

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

/** What all instances that this process hosts run: a copy of the build. */
let build: Promise<{ readonly folder: string; readonly params: readonly DeclaredParam[] }> | undefined;

/**
 * Starts one instance of a function as Cloud Run does, with settings and a database of its own, and nothing between it and
 * its clients: what concerns speed, or deliveries made by a test, is shown with this.
 *
 * @throws Error with the function's last words when it ends before it listens
 */
export async function hostFunction(
	target: string,
	{ projectId, firestoreHost, settings: given = {}, module }: HostOptions,
): Promise<HostedFunction> {
	build ??= copyForThisProcess();
	const { folder, params } = await build;
	const { settings, secrets } = settingValues(params, { ...LOCAL_SETTINGS, ...given });
	const args = [path.join(import.meta.dirname, "serveFunction.ts"), module ?? path.join(folder, "lib/index.js")];
	const child = spawn(process.execPath, args, {
		cwd: folder,
		env: {
			...process.env,
			...settings,
			...secrets,
			FUNCTION_TARGET: target,
			GCLOUD_PROJECT: projectId,
			FIREBASE_CONFIG: JSON.stringify({ projectId }),
			FIRESTORE_EMULATOR_HOST: firestoreHost,
			METADATA_SERVER_DETECTION: "none",
		},
		stdio: ["ignore", "pipe", "pipe", "ipc"],
	});
	return untilListening(child);
}

/** Copies the build into a folder that goes with this process. */
async function copyForThisProcess() {
	await mkdir(path.join(ROOT, ".cache"), { recursive: true });
	const folder = await mkdtemp(path.join(ROOT, ".cache/host-"));
	process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
	return { folder, params: await copyBuild(path.join(ROOT, "functions"), folder, process.env) };
}

async function untilListening(child: ChildProcess): Promise<HostedFunction> {
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
	};
	return { url: `http://${LOOPBACK}:${port}`, log, pid: child.pid ?? 0, stop };
}
