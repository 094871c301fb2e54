import Mocha from "mocha";

/** How many tests a run of mocha had. */
export type TestCounts = { passed: number; failed: number };

const SLOWEST_SHOWN = 10;

/**
 * Mocha's own spec reporter, which also names what took longest, hooks included, and tells the process that started
 * mocha how many tests passed and failed.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
	readonly #timed: { title: string; milliseconds: number }[] = [];

	constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
		super(runner, options);
		const keepTime = (ended: Mocha.Runnable) => {
			this.#timed.push({ title: ended.titlePath().join(" › "), milliseconds: ended.duration ?? 0 });
		};
		runner.on(Mocha.Runner.constants.EVENT_TEST_END, keepTime);
		runner.on(Mocha.Runner.constants.EVENT_HOOK_END, keepTime);
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
		const { passes, failures: failed } = this.stats;
		const counts: TestCounts = { passed: passes, failed };
		if (process.send === undefined) {
			finish(failures);
			return;
		}
		process.send(counts, () => finish(failures));
	}
}
