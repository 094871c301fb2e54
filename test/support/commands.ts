import { execFile } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

const COMMANDS = path.join(import.meta.dirname, "../../scripts/commands");

/** How a command ended, and what it printed. */
export type CommandRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type CommandOptions = {
	/** Variables besides those of this process. */
	readonly environment?: NodeJS.ProcessEnv;
	/** Gets what is printed on the standard error, as it is printed. */
	readonly onStderr?: (text: string) => void;
};

/**
 * Runs a command of the project in a process of its own, as npm does, without a terminal.
 *
 * @param input What stands on its standard input.
 */
export function spawnCommand(
	name: string,
	args: readonly string[],
	environment: NodeJS.ProcessEnv = {},
	input = "",
): Promise<CommandRun> {
	return new Promise((resolve) => {
		const file = path.join(COMMANDS, `${name}.ts`);
		const env = { ...process.env, ...environment };
		const child = execFile(process.execPath, [file, ...args], { env }, (error, stdout, stderr) => {
			resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
		});
		child.stdin?.end(input);
	});
}

let runs = 0;
let lastRun: Promise<unknown> = Promise.resolve();

/**
 * Runs the file of a command in this process, by the same arguments and variables, without a terminal. A process of its own
 * spends a second on loading what is loaded here. Only {@link spawnCommand} shows that a command starts by itself, reads
 * the standard input and ends: each command is run by that too.
 */
export function runCommand(name: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandRun> {
	// What a process has one of can't be lent to two commands at a time.
	const run = lastRun.then(() => runAlone(path.join(COMMANDS, `${name}.ts`), args, options));
	lastRun = run;
	return run;
}

async function runAlone(
	file: string,
	args: readonly string[],
	{ environment = {}, onStderr = () => {} }: CommandOptions,
): Promise<CommandRun> {
	const { argv, env, exitCode } = process;
	process.argv = [process.execPath, file, ...args];
	process.env = { ...env, ...environment };
	process.exitCode = undefined;
	const stdout = captureOutput(process.stdout);
	const stderr = captureOutput(process.stderr, onStderr);
	const { isTTY } = process.stdin;
	process.stdin.isTTY = false;
	let code = 0;
	try {
		runs += 1;
		// Under an address of its own the file does its work once more.
		await import(`${pathToFileURL(file).href}?run=${runs}`);
		code = Number(process.exitCode ?? 0);
	} catch (error) {
		// It ends a process with a stack trace.
		console.error(error);
		code = 1;
	} finally {
		stdout.restore();
		stderr.restore();
		process.stdin.isTTY = isTTY;
		Object.assign(process, { argv, env });
		process.exitCode = exitCode;
	}
	return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** Keeps what is written to a stream, which meanwhile is no terminal. */
function captureOutput(stream: NodeJS.WriteStream, onText: (text: string) => void = () => {}) {
	const { write, isTTY } = stream;
	let written = "";
	stream.isTTY = false;
	stream.write = (chunk: Uint8Array | string) => {
		const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
		written += text;
		onText(text);
		return true;
	};
	return {
		text: () => written,
		restore: () => Object.assign(stream, { write, isTTY }),
	};
}
