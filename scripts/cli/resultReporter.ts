import { inspect } from "node:util";
import Mocha from "mocha";

/** What a run of mocha came to: how many tests passed, and of each that failed its title and what was wrong. */
export type TestResult = { readonly passed: number; readonly failed: readonly string[] };

const SLOWEST_SHOWN = 10;

/** So much is shown of a value that is not as it was expected. */
const MAX_SHOWN_LENGTH = 1_000;

/**
 * Mocha's own spec reporter, which also names what took longest, hooks included, and tells the process that started
 * mocha how many tests passed and which failed.
 */
export default class ResultReporter extends Mocha.reporters.Spec {
	readonly #timed: { title: string; milliseconds: number }[] = [];
	readonly #failed: string[] = [];

	constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
		super(runner, options);
		const keepTime = (ended: Mocha.Runnable) => {
			this.#timed.push({ title: ended.titlePath().join(" › "), milliseconds: ended.duration ?? 0 });
		};
		runner.on(Mocha.Runner.constants.EVENT_TEST_END, keepTime);
		runner.on(Mocha.Runner.constants.EVENT_HOOK_END, keepTime);
		runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (failed: Mocha.Runnable, error: unknown) => {
			this.#failed.push(`${failed.titlePath().join(" › ")}\n${describeError(error)}`);
		});
	}

	override epilogue(): void {
		super.epilogue();
		const slowest = this.#timed.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST_SHOWN);
		console.log("  Slowest:");
		for (const { title, milliseconds } of slowest) {
			console.log(`  ${(milliseconds / 1_000).toFixed(1).padStart(6)} s  ${title}`);
		}
		console.log();
	}

	override done(failures: number, finish: (failures: number) => void): void {
		const result: TestResult = { passed: this.stats.passes, failed: this.#failed };
		if (process.send === undefined) {
			finish(failures);
			return;
		}
		process.send(result, () => finish(failures));
	}
}

/** An error with its stack and, where something was not as it was expected, what it was. */
function describeError(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const actual = "actual" in error ? `\nIt was: ${inspect(error.actual).slice(0, MAX_SHOWN_LENGTH)}` : "";
	return `${error.stack}${actual}`;
}
