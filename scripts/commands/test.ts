import { spawn } from "node:child_process";
import { once } from "node:events";
import { glob } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { explainFailure, INTERRUPTED } from "../cli/explainedError.ts";
import type { TestResult } from "../cli/resultReporter.ts";
import { buildDashboard, bundleFunctions, ROOT, runTool, seconds, step, TOOLS } from "../cli/steps.ts";
import { stopSignals } from "../cli/stopSignals.ts";
import { type Suite, startSuite } from "../emulators/suite.ts";

const USAGE = `Builds, checks style and types, and runs the tests against emulators that it starts itself.

Usage: npm test
       npm test -- --only unit      one folder of test/; those of "unit" need no emulators and run at once
       npm test -- --grep counts    every other argument goes to mocha`;

/** The tests that need neither a build nor emulators. */
const UNIT = "unit";

/** The tests that need no emulators. They begin while those start. */
const WITHOUT_EMULATORS: readonly string[] = [UNIT, "deploy"];

const TESTS = path.join(ROOT, "test");

/**
 * Folders of test/ whose tests run one after the other, beside those of the other rows: more rows than the cores that a
 * machine has at least, since tests wait, too. Each row is one process, whose start costs two seconds of a core. A folder
 * that stands nowhere runs at the end of the first.
 */
const LANES: readonly (readonly string[])[] = [
	["emulator", "rules"],
	["web"],
	["suite", "commands", "attacks", "faults"],
];

const RESULT_REPORTER = path.join(import.meta.dirname, "../cli/resultReporter.ts");

/** How the tests went. The result is missing when mocha ended early, or another reporter was asked for. */
type TestRun = { readonly exitCode: number; readonly result?: TestResult | undefined };

/** The variables with which the tests find the emulators. */
type Coordinates = Readonly<Record<string, string>>;

/** Where Node keeps the code that it compiled. The tests start some hundred processes that load the same files. */
const COMPILE_CACHE = path.join(ROOT, ".cache/compiled");

/** Where tsc keeps what it found out. */
const TYPE_CACHE = path.join(ROOT, ".cache/types");

const { only, help, mochaArgs } = readArguments(process.argv.slice(2));
if (help) {
	console.log(USAGE);
} else {
	const signal = stopSignals();
	process.exitCode = await explainFailure(() => main(signal), signal);
}

async function main(signal: AbortSignal): Promise<number> {
	const start = performance.now();
	process.env["NODE_COMPILE_CACHE"] ??= COMPILE_CACHE;
	const { exitCode, result } = await runTests(signal);
	console.log(`Took ${seconds(start)}`);
	if (result !== undefined) printResult(result);
	return exitCode;
}

function runTests(signal: AbortSignal): Promise<TestRun> {
	const folder = only?.split("/")[0] ?? "*";
	const runFolder = (coordinates: Coordinates) => runMocha([only ?? folder], coordinates, signal);
	if (folder === UNIT) return runFolder({});
	return checked(signal, () => {
		if (WITHOUT_EMULATORS.includes(folder)) return runFolder({});
		// At their full size the tests measure too, so nothing runs beside them.
		if (only !== undefined || process.env["STATS_SOAK"] === "1") {
			return onEmulators(signal, ({ environment }) => runFolder(environment));
		}
		return runAll(signal);
	});
}

/** Repeats what failed, so that the end of a long output tells it. */
function printResult({ passed, failed }: TestResult): void {
	for (const failure of failed) console.log(`\nFailed: ${failure}`);
	console.log(`\n${passed} passed, ${failed.length} failed`);
}

/** Builds what is tested, and checks style and types beside the tests. */
async function checked(signal: AbortSignal, test: () => Promise<TestRun>): Promise<TestRun> {
	await Promise.all([step("Build the functions", bundleFunctions), step("Build the dashboard", buildDashboard)]);
	const [inOrder, run] = await Promise.all([checkStyleAndTypes(signal), test()]);
	if (inOrder) return run;
	console.error("The style or the types need correcting: see above.");
	return { ...run, exitCode: run.exitCode || 1 };
}

async function onEmulators<T>(signal: AbortSignal, test: (suite: Suite) => Promise<T>): Promise<T> {
	const suite = await step("Start the emulators", () =>
		startSuite({ signal, emulators: ["functions", "firestore", "auth", "hosting"] }),
	);
	try {
		return await step("Run the tests", () => test(suite));
	} finally {
		await step("Stop the emulators", suite.stop);
	}
}

/** Prints what there is to correct and lets the tests run all the same: one run then tells everything. */
async function checkStyleAndTypes(signal: AbortSignal): Promise<boolean> {
	const exitCodes = await Promise.all([
		explainFailure(() => check("Check the style", "biome", ["check", "--error-on-warnings"]), signal),
		explainFailure(() => check("Check the types", "tsc", typesOf(".")), signal),
		explainFailure(() => check("Check the dashboard's types", "tsc", typesOf("web")), signal),
		explainFailure(() => check("Check the browser tests' types", "tsc", typesOf("test/web")), signal),
	]);
	return exitCodes.every((exitCode) => exitCode === 0);
}

async function check(title: string, tool: "biome" | "tsc", args: readonly string[]): Promise<number> {
	await step(title, () => runTool(tool, args));
	return 0;
}

/** The arguments by which tsc checks the types in a folder, but for those that it knows from the last time. */
function typesOf(folder: string): readonly string[] {
	return ["-p", folder, "--incremental", "--tsBuildInfoFile", path.join(TYPE_CACHE, folder, "types.tsbuildinfo")];
}

/** Runs all tests in {@link LANES}. What the first lane prints is shown at once, the others' output afterwards. */
async function runAll(signal: AbortSignal): Promise<TestRun> {
	const folders = await testFolders();
	const those = (lane: readonly string[]) => lane.filter((folder) => folders.delete(folder));
	const alone = those(WITHOUT_EMULATORS);
	const [first = [], ...further] = LANES.map(those);
	const [withoutEmulators, others] = await Promise.all([
		runMocha(alone, {}, signal, "at its end"),
		onEmulators(signal, ({ environment }) =>
			Promise.all([
				runMocha([...first, ...folders], environment, signal),
				...further.map((lane) => runMocha(lane, environment, signal, "at its end")),
			]),
		),
	]);
	const all = [...others, withoutEmulators];
	for (const { output } of all) console.log(output);
	return { exitCode: all.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0, result: sum(all) };
}

/** The folders of test/ that hold tests. */
async function testFolders(): Promise<Set<string>> {
	const folders = new Set<string>();
	for await (const file of glob("*/**/*.test.ts", { cwd: TESTS })) folders.add(file.split(path.sep)[0] ?? "");
	return folders;
}

function sum(runs: readonly TestRun[]): TestResult | undefined {
	let total: TestResult = { passed: 0, failed: [] };
	for (const { result } of runs) {
		if (result === undefined) return undefined;
		total = { passed: total.passed + result.passed, failed: [...total.failed, ...result.failed] };
	}
	return total;
}

/** @param printing Whether mocha prints while it runs, or gives its output back. */
async function runMocha(
	folders: readonly string[],
	coordinates: Coordinates,
	signal: AbortSignal,
	printing: "at once" | "at its end" = "at once",
): Promise<TestRun & { output: string }> {
	// A test that was picked out with .only would keep all others from running unnoticed.
	const strictness = process.env["CI"] ? ["--forbid-only"] : [];
	const files = folders.map((folder) => `test/${folder}/**/*.test.ts`);
	const output = printing === "at once" ? "inherit" : "pipe";
	const mocha = spawn(
		process.execPath,
		[TOOLS.mocha, "--reporter", RESULT_REPORTER, ...strictness, ...files, ...mochaArgs],
		{
			cwd: ROOT,
			env: { ...process.env, ...coordinates },
			stdio: ["inherit", output, output, "ipc"],
		},
	);
	let run: TestRun & { output: string } = { exitCode: INTERRUPTED, output: "" };
	for (const stream of [mocha.stdout, mocha.stderr]) {
		stream?.setEncoding("utf8").on("data", (text: string) => {
			run = { ...run, output: run.output + text };
		});
	}
	mocha.on("message", (result) => {
		run = { ...run, result: result as TestResult };
	});
	signal.addEventListener("abort", () => mocha.kill("SIGINT"), { once: true });
	const [exitCode] = await once(mocha, "close");
	return { ...run, exitCode: exitCode ?? INTERRUPTED };
}

/** Takes this script's own options out of the arguments. What is left is mocha's. */
function readArguments(args: string[]) {
	const { values, tokens } = parseArgs({
		args,
		options: { only: { type: "string" }, help: { type: "boolean" } },
		strict: false,
		tokens: true,
	});
	const own = tokens.flatMap((token) => {
		if (token.kind !== "option" || !["only", "help"].includes(token.name)) return [];
		return token.name === "only" && !token.inlineValue ? [token.index, token.index + 1] : [token.index];
	});
	return {
		only: typeof values.only === "string" ? values.only : undefined,
		help: values.help === true,
		mochaArgs: args.filter((_, index) => !own.includes(index)),
	};
}
