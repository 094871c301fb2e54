import type { ParseArgsOptionsConfig, parseArgs } from "node:util";
import { explainFailure } from "./explainedError.ts";
import { parseArguments } from "./parseArguments.ts";

export type Options = ParseArgsOptionsConfig;

/** What the command line gives for options. TypeScript doesn't follow a type parameter through parseArgs' own types. */
export type OptionValues<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>["values"];

const HELP: Options = { help: { type: "boolean" } };

/** A command of the project: its help text, its options besides `--help`, and its work. */
export type Command<O extends Options> = {
	readonly usage: string;
	readonly options: O;
	/** Resolves to the exit code. */
	readonly run: (values: OptionValues<O>) => Promise<number>;
};

/** Runs a command by the command line. An explained failure is printed and ends the process with 1. */
export async function runCommand<const O extends Options>(
	{ usage, options, run }: Command<O>,
	interruption?: AbortSignal,
): Promise<void> {
	process.exitCode = await explainFailure(async () => {
		const { values } = parseOptions(options, false);
		if (values["help"]) return printUsage(usage);
		return run(values as OptionValues<O>);
	}, interruption);
}

/** Reads the options of a command, and `--help`. */
export function parseOptions(options: Options, allowPositionals: boolean) {
	return parseArguments({ options: { ...options, ...HELP }, allowPositionals });
}

/** Prints a help text, and returns the exit code of that. */
export function printUsage(usage: string): number {
	console.log(usage);
	return 0;
}
