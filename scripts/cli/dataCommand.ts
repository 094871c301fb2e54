import { openFirestore } from "../../functions/src/firestore/client.ts";
import { onTarget } from "./access.ts";
import { type Options, type OptionValues, parseOptions, printUsage } from "./command.ts";
import { explainFailure } from "./explainedError.ts";
import { chooseTarget, type Service, TARGET_OPTIONS, TARGET_USAGE, type Target } from "./target.ts";

/** A command that works on a project's data. */
export type DataCommand<O extends Options, Work> = {
	/** The help text down to the command's own options; those that name the project follow. */
	readonly usage: string;
	/** What the help text says after all options. */
	readonly note?: string;
	readonly options: O;
	/** Whether words may stand before the options, as in `member add --app ID`. */
	readonly allowPositionals?: boolean;
	/** The emulators that it needs of a local suite, by default Firestore alone. */
	readonly services?: readonly Service[];
	/** Reads and checks the options, before anything is asked of the project. */
	readonly read: (values: OptionValues<O>, positionals: readonly string[]) => Work;
	/** Resolves to the exit code. */
	readonly run: (work: Work, on: On) => Promise<number>;
};

/** Where the data is. */
export type On = { readonly target: Target; readonly db: ReturnType<typeof openFirestore> };

/** Runs a command on the data of the project that the command line names, and prints which that is. */
export async function runOnData<const O extends Options, Work>(command: DataCommand<O, Work>): Promise<void> {
	process.exitCode = await explainFailure(() => doOnData(command));
}

/**
 * The same for a command that has exit codes of its own, which it resolves to.
 *
 * @throws ExplainedError where the failure is explained.
 */
export async function doOnData<const O extends Options, Work>(command: DataCommand<O, Work>): Promise<number> {
	const { usage, note = "", options, allowPositionals = false, services = ["firestore"], read, run } = command;
	const { values, positionals } = parseOptions({ ...options, ...TARGET_OPTIONS }, allowPositionals);
	if (values["help"]) return printUsage(`${usage}\n${TARGET_USAGE}${note}`);
	const work = read(values as OptionValues<O>, positionals);
	const target = chooseTarget(values as OptionValues<typeof TARGET_OPTIONS>, services, process.env);
	console.error(`On the ${target.description}:`);
	return onTarget(target, process.env, () => run(work, { target, db: openFirestore(target.projectId) }));
}
