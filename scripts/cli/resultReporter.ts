import Mocha from "mocha";

/** What a run of mocha came to: how many tests passed, and of each that failed its title and what was wrong. */
export type TestResult = { readonly passed: number; readonly failed: readonly string[] };

const SLOWEST_SHOWN = 10;

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
			this.#failed.push(`${failed.titlePath().join(" › ")}\n${error instanceof Error ? error.stack : String(error)}`);
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
