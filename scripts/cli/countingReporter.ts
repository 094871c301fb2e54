import Mocha from "mocha";

/** How many tests a run of mocha had. */
export type TestCounts = { passed: number; failed: number };

/** Mocha's own spec reporter, which tells the process that started mocha how many tests passed and failed. */
export default class CountingReporter extends Mocha.reporters.Spec {
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
