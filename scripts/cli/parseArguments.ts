import { type ParseArgsConfig, parseArgs } from "node:util";
import { ExplainedError } from "./explainedError.ts";

/**
 * Reads the command line like node:util's `parseArgs`.
 *
 * @param environment Where npm says which of its scripts this is.
 * @throws ExplainedError that names the wrong argument.
 */
export function parseArguments<T extends ParseArgsConfig>(
	config: T,
	environment: NodeJS.ProcessEnv = process.env,
): ReturnType<typeof parseArgs<T>> {
	try {
		return parseArgs(config);
	} catch (error) {
		const stray = strayIn(error);
		if (stray !== undefined) throw strayArgument(stray, `--${firstOption(config)}`, environment);
		throw new ExplainedError(`${problemOf(error)} Try --help.`);
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

/**
 * The command that stands before the options: `add` in `member add --app ID`.
 *
 * @throws ExplainedError when it is missing or unknown, or more than it stands there.
 */
export function chosenCommand<Command extends string>(
	[name, stray]: readonly string[],
	commands: readonly Command[],
	environment: NodeJS.ProcessEnv = process.env,
): Command {
	const command = commands.find((known) => known === name);
	const choice = `give ${commands.slice(0, -1).join(", ")} or ${commands.at(-1)}`;
	if (name === undefined) throw new ExplainedError(`A command is missing: ${choice}. Try --help.`);
	if (command === undefined) throw new ExplainedError(`There is no command ${name}: ${choice}. Try --help.`);
	if (stray !== undefined) throw strayArgument(stray, `${command} --app`, environment);
	return command;
}

/**
 * What to say of an argument that belongs to no option. npm takes `--app` out of `npm run report --app ID` for itself and
 * hands on the bare ID, so the advice is about that where npm runs the command.
 *
 * @param example Arguments that the command takes.
 */
export function strayArgument(argument: string, example: string, environment: NodeJS.ProcessEnv): ExplainedError {
	const npmScript = environment["npm_lifecycle_event"];
	const advice =
		npmScript === undefined
			? "Try --help."
			: `npm keeps options for itself that no -- stands before: write npm run ${npmScript} -- ${example} …`;
	return new ExplainedError(`Unexpected argument '${argument}'. ${advice}`);
}

/** The first sentence of what Node says. Advice that it adds fits no command of this project, and ends without a stop. */
function problemOf(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	const [problem = message] = message.split(/\. To specify|\n/);
	return /[.!?]$/.test(problem) ? problem : `${problem}.`;
}

function firstOption({ options = {} }: ParseArgsConfig): string {
	return Object.keys(options)[0] ?? "help";
}

function strayIn(error: unknown): string | undefined {
	if (!(error instanceof Error && "code" in error)) return undefined;
	if (error.code !== "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL") return undefined;
	return error.message.match(/'(.*)'/s)?.[1];
}
