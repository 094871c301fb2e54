import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../cli/steps.ts";
import { CliLog } from "./cliLog.ts";

/** The firebase-tools that runs the emulators, where no other one is asked for. */
export const FIREBASE_TOOLS = path.join(ROOT, "node_modules/firebase-tools");

const PRELOADED = ["./endWithParent.mjs", "./concurrentFunctions.ts"].map(
	(file) => `--import=${import.meta.resolve(file)}`,
);

/** The Firestore emulator seldom lives long enough to gain by Java's optimizing compiler, which takes half of its time. */
const JAVA_OPTIONS = "-XX:TieredStopAtLevel=1";

const STOP_TIMEOUT_MS = 15_000;

/** A running command of the Firebase CLI. */
export type FirebaseCli = {
	log: CliLog;
	/** Resolves to the exit code once the command has ended, to null when a signal ended it. */
	ended: Promise<number | null>;
	/** Lets the command end in its own way, waits for that, and ends what it left behind. */
	stop(): Promise<void>;
};

/**
 * Runs a command of the Firebase CLI, without a terminal. It ends with this process at the latest.
 *
 * It leads a process group of its own. Ctrl-C in a terminal reaches every process of the foreground group, and the CLI
 * takes a second request to end as the wish to leave its emulators running: here it gets one, from `stop`.
 *
 * @param firebaseTools the folder of the firebase-tools whose command it is
 * @param folder where it runs, and writes its debug logs
 */
export function runFirebaseCli(
	firebaseTools: string,
	folder: string,
	args: readonly string[],
	environment: NodeJS.ProcessEnv,
): FirebaseCli {
	const command = path.join(firebaseTools, "lib/bin/firebase.js");
	const child = spawn(process.execPath, [...PRELOADED, command, ...args], {
		cwd: folder,
		env: cliEnvironment(environment),
		stdio: ["ignore", "pipe", "pipe", "ipc"],
		detached: true,
	});
	const log = new CliLog();
	for (const output of [child.stdout, child.stderr]) {
		output?.setEncoding("utf8").on("data", (text: string) => log.write(text));
	}
	const ended = once(child, "close").then(([code]) => code as number | null);
	let javaProcess: number | undefined;
	child.on("message", (pid) => {
		javaProcess = pid as number;
	});
	return { log, ended, stop: () => stop(child, ended, () => javaProcess) };
}

/** The CLI and the functions that it starts find this very Node first on the PATH, and nothing looks beyond the machine. */
function cliEnvironment({ FORCE_COLOR: _, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return {
		...environment,
		PATH: [path.dirname(process.execPath), environment["PATH"]].join(path.delimiter),
		JAVA_TOOL_OPTIONS: environment["JAVA_TOOL_OPTIONS"] ?? JAVA_OPTIONS,
		METADATA_SERVER_DETECTION: "none",
		NO_UPDATE_NOTIFIER: "1",
		NO_COLOR: "1",
	};
}

/**
 * The environment without the variables that name a proxy. The CLI's emulators call each other, and firebase-tools 15 asks
 * the proxy for 127.0.0.1 too, whatever `NO_PROXY` says (15.34, `apiv2.js`).
 */
export function withoutProxy(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^https?_proxy$/i.test(name)));
}

async function stop(
	child: ChildProcess,
	ended: Promise<unknown>,
	javaProcess: () => number | undefined,
): Promise<void> {
	if (child.connected) child.send("end");
	const inTime = await Promise.race([ended.then(() => true), delay(STOP_TIMEOUT_MS, false, { ref: false })]);
	if (!inTime) child.kill("SIGKILL");
	killGroup(child.pid);
	killGroup(javaProcess());
}

/** Ends the functions' processes, or the Firestore emulator in its own group, where the CLI could not. Most often none is left. */
function killGroup(pid: number | undefined): void {
	if (pid === undefined) return;
	try {
		process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
	} catch (error) {
		if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
	}
}
