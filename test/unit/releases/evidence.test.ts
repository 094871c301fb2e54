import { expect } from "chai";
import fc from "fast-check";
import type { Cohort } from "../../../functions/src/releases/cohorts.ts";
import {
	comparisonRate,
	evidenceAgainst,
	onsetBeyondLimit,
	onsetOfWorse,
} from "../../../functions/src/releases/evidence.ts";
import { proportion } from "../../../functions/src/releases/proportion.ts";

const cohorts = (...counts: readonly (readonly [failures: number, devices: number])[]): readonly Cohort[] =>
	counts.map(([failures, devices], index) => ({
		day: `2026-03-${String(index + 1).padStart(2, "0")}`,
		failures,
		devices,
	}));

const ODDS = Array.from({ length: 24 }, (_, index) => 0.2 * (index + 1));

/** Evidence by its definition: likelihoods multiplied, nothing in logarithms. */
function plainEvidence(days: readonly Cohort[], nullRate: number): number {
	return days.reduce((sum, _, index) => {
		const weight = index === 0 ? 0.8 : 0.2 / (index * (index + 1));
		const ratios = ODDS.map((ln) => {
			const odds = Math.exp(ln);
			const rate = (odds * nullRate) / (1 - nullRate + odds * nullRate);
			return days.slice(index).reduce((product, { failures, devices }) => {
				const failing = (rate / nullRate) ** failures;
				return product * failing * ((1 - rate) / (1 - nullRate)) ** (devices - failures);
			}, 1);
		});
		return sum + (weight * ratios.reduce((a, b) => a + b)) / ratios.length;
	}, 0);
}

const days = fc.array(
	fc
		.integer({ min: 1, max: 60 })
		.chain((devices) => fc.tuple(fc.integer({ min: 0, max: devices }), fc.constant(devices))),
	{ minLength: 1, maxLength: 8 },
);

const rates = fc.double({ min: 0.01, max: 0.6, noNaN: true });

describe("evidence", () => {
	it("is the mean of likelihood ratios over odds and over the day of the onset", () => {
		// Multiplied, smaller rates would overflow.
		const largerRates = fc.double({ min: 0.1, max: 0.6, noNaN: true });
		fc.assert(
			fc.property(days, largerRates, (counts, rate) => {
				const { lnE } = evidenceAgainst(cohorts(...counts), rate, ODDS);
				expect(lnE).to.be.closeTo(Math.log(plainEvidence(cohorts(...counts), rate)), 1e-8);
			}),
		);
	});

	it("is expected to be at most 1 while devices fail at the null rate", () => {
		// All outcomes of four days of five devices each, with their probabilities, instead of draws.
		const outcomes = [0, 1, 2, 3, 4, 5];
		const choose = [1, 5, 10, 10, 5, 1];
		for (const rate of [0.05, 0.2, 0.5]) {
			const chance = (failures: number) => (choose[failures] ?? 0) * rate ** failures * (1 - rate) ** (5 - failures);
			let expected = 0;
			for (const a of outcomes)
				for (const b of outcomes)
					for (const c of outcomes)
						for (const d of outcomes) {
							const probability = chance(a) * chance(b) * chance(c) * chance(d);
							const { lnE } = evidenceAgainst(cohorts([a, 5], [b, 5], [c, 5], [d, 5]), rate, ODDS);
							expected += probability * Math.exp(lnE);
						}
			expect(expected).to.be.within(0.9, 1);
		}
	});

	it("reaches 40 in at most 1 of 40 histories at the null rate, looked at after each device", () => {
		// Exactly, by the chances of all histories of 60 devices of one day that were not called yet.
		for (const rate of [0.02, 0.05, 0.2]) {
			let waiting = [1];
			let called = 0;
			for (let devices = 1; devices <= 60; devices += 1) {
				const next = Array.from({ length: devices + 1 }, (_, failures) => {
					return (waiting[failures] ?? 0) * (1 - rate) + (waiting[failures - 1] ?? 0) * rate;
				});
				waiting = next.map((chance, failures) => {
					if (evidenceAgainst(cohorts([failures, devices]), rate, ODDS).lnE < Math.log(40)) return chance;
					called += chance;
					return 0;
				});
			}
			expect(called).to.be.within(0.0001, 1 / 40);
		}
	});

	it("rises with each failure and falls with each device that is well", () => {
		fc.assert(
			fc.property(days, rates, fc.nat(), (counts, rate, pick) => {
				const index = pick % counts.length;
				const changed = (failures: number, devices: number) =>
					cohorts(
						...counts.map(([f, n], at) => (at === index ? ([f + failures, n + devices] as const) : ([f, n] as const))),
					);
				const { lnE } = evidenceAgainst(cohorts(...counts), rate, ODDS);
				const [withFailure, withWell] = [changed(1, 1), changed(0, 1)].map(
					(more) => evidenceAgainst(more, rate, ODDS).lnE,
				);
				// A device of the last day is in every term; what one of an earlier day changes may be too little for a double.
				const least = index === counts.length - 1 ? 1e-6 : 0;
				expect(withFailure).to.be.at.least(lnE + least);
				expect(withWell).to.be.at.most(lnE - least);
			}),
		);
	});

	it("falls as the null rate rises", () => {
		fc.assert(
			fc.property(days, rates, (counts, rate) => {
				const [lower, higher] = [rate, rate * 1.1].map((null_) => evidenceAgainst(cohorts(...counts), null_, ODDS).lnE);
				expect(higher).to.be.at.most((lower ?? Number.NaN) + 1e-9);
			}),
		);
	});

	it("is a number for any count up to 3,000,000 devices and any rate", () => {
		for (const devices of [3, 1_000, 3_000_000]) {
			for (const failures of [0, 1, devices / 2, devices].map(Math.floor)) {
				for (const rate of [1e-7, 0.001, 0.5, 0.95, 1]) {
					const { lnE } = evidenceAgainst(cohorts([failures, devices], [failures, devices]), rate, ODDS);
					expect(Number.isFinite(lnE), `${failures} of ${devices} against ${rate}`).to.equal(true);
				}
			}
		}
		expect(evidenceAgainst([], 0.05, ODDS)).to.deep.equal({ lnE: Number.NEGATIVE_INFINITY, onset: 0 });
	});

	it("of 13 good days and an outage is beyond e^2000, and says when it began", () => {
		const good = Array.from({ length: 13 }, () => [5, 538] as const);
		const { lnE, onset } = evidenceAgainst(cohorts(...good, [900, 1_050]), 0.05, ODDS);
		expect(lnE).to.be.above(2_000);
		expect(onset).to.equal(13);
	});
});

describe("the onset of failures", () => {
	it("beyond a limit needs three devices that failed since then", () => {
		expect(onsetBeyondLimit(cohorts([2, 2]), 0.001)).to.equal(null);
		expect(onsetBeyondLimit(cohorts([3, 3]), 0.001)).to.equal(0);
		expect(onsetBeyondLimit(cohorts([0, 5_000], [2, 2]), 0.001)).to.equal(null);
	});

	it("is none where nobody has tried anything", () => {
		expect(onsetBeyondLimit([], 0.05)).to.equal(null);
		expect(onsetOfWorse([], 0.05)).to.equal(null);
	});

	it("beyond a limit is never seen where the limit is kept", () => {
		expect(onsetBeyondLimit(cohorts([50, 1_000]), 0.05)).to.equal(null);
		expect(onsetBeyondLimit(cohorts([150_000, 3_000_000]), 0.05)).to.equal(null);
	});

	it("tells 15 of 170 from 7 of 420, and 5 of 84 from 4 of 104 not", () => {
		const lnEOfWorse = (release: readonly Cohort[], before: readonly Cohort[]) =>
			evidenceAgainst(release, comparisonRate(before, release), [0.4, 0.8, 1.2, 1.8, 2.6, 3.6]).lnE;
		expect(Math.exp(lnEOfWorse(cohorts([15, 170]), cohorts([7, 420])))).to.be.closeTo(46, 1);
		expect(onsetOfWorse(cohorts([15, 170]), comparisonRate(cohorts([7, 420]), cohorts([15, 170])))).to.equal(0);
		expect(onsetOfWorse(cohorts([5, 84]), comparisonRate(cohorts([4, 104]), cohorts([5, 84])))).to.equal(null);
	});
});

describe("the rate to exceed", () => {
	it("is the upper end of the interval of the release before", () => {
		expect(comparisonRate(cohorts([7, 420]), cohorts([15, 170]))).to.equal(proportion(7, 420).high);
	});

	it("is never exceeded where there was none", () => {
		expect(comparisonRate([], cohorts([60, 60]))).to.equal(1);
		expect(onsetOfWorse(cohorts([60, 60]), 1)).to.equal(null);
	});

	it("is that one's early rate where its early devices failed more often", () => {
		const before = cohorts([40, 1_000], [5, 9_000], [5, 10_000]);
		expect(comparisonRate(before, cohorts([38, 950]))).to.equal(0.04);
		// Two days old, or of more devices than its first day had: two days of the one before.
		const [first, second] = [
			comparisonRate(before, cohorts([38, 400], [0, 500])),
			comparisonRate(before, cohorts([1, 1_001])),
		];
		expect(first).to.equal(0.0045);
		expect(second).to.equal(0.0045);
	});

	it("is not lowered by early devices that were well", () => {
		const before = cohorts([0, 1_000], [300, 9_000]);
		expect(comparisonRate(before, cohorts([3, 100]))).to.equal(proportion(300, 10_000).high);
	});
});
