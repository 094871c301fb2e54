import { type ParseArgsConfig, parseArgs } from "node:util";
import { ExplainedError } from "./explainedError.ts";

/**
 * Reads the command line like node:util's `parseArgs`.
 *
 * @throws ExplainedError that names the wrong argument.
 */
export function parseArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
	try {
		return parseArgs(config);
	} catch (error) {
		throw new ExplainedError(`${error instanceof Error ? error.message : error} Try --help.`);
	}
}

/**
 * The value of an option that a command can't do without.
 *
 * @throws ExplainedError when it is missing.
 */
export function required(value: string | undefined, option: string): string {
	if (value) return value;
	throw new ExplainedError(`--${option} is missing. Try --help.`);
}
