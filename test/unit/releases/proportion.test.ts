import { expect } from "chai";
import fc from "fast-check";
import { betaQuantile } from "../../../functions/src/releases/betaQuantile.ts";
import { proportion } from "../../../functions/src/releases/proportion.ts";

describe("the quantile of a beta distribution", () => {
	// Of SciPy's and R's kind: computed with @stdlib/math-base-special-betaincinv 0.2.3, an independent implementation.
	const known = [
		{ p: 0.025, a: 15, b: 156, x: 0.05022774210514094 },
		{ p: 0.975, a: 16, b: 155, x: 0.14135366611486766 },
		{ p: 0.975, a: 8, b: 413, x: 0.03403689200361004 },
		{ p: 0.025, a: 150_000, b: 2_850_001, x: 0.04975364434742435 },
		{ p: 0.975, a: 150_001, b: 2_850_000, x: 0.05024722472244913 },
	];
	for (const { p, a, b, x } of known) {
		it(`of ${p} with ${a} and ${b} is ${x.toPrecision(6)}`, () => {
			expect(betaQuantile(p, a, b) / x).to.be.closeTo(1, 1e-8);
		});
	}

	it("is p^(1/a) when b is 1, and 1 − (1 − p)^(1/b) when a is 1", () => {
		for (const n of [1, 3, 100, 3_000_000]) {
			for (const p of [0.025, 0.5, 0.975]) {
				expect(betaQuantile(p, n, 1) / p ** (1 / n)).to.be.closeTo(1, 1e-8);
				expect(betaQuantile(p, 1, n) / -Math.expm1(Math.log1p(-p) / n)).to.be.closeTo(1, 1e-8);
			}
		}
	});

	it("mirrors itself", () => {
		const sizes = fc.integer({ min: 1, max: 1_000_000 });
		fc.assert(
			fc.property(sizes, sizes, (a, b) => {
				expect(betaQuantile(0.025, a, b)).to.be.closeTo(1 - betaQuantile(0.975, b, a), 1e-9);
			}),
		);
	});
});

describe("a proportion", () => {
	it("stands with the exact interval of 95 %", () => {
		// Three of three: the lower end is 0.025^(1/3).
		const { share, low, high } = proportion(3, 3);
		expect({ share, high }).to.deep.equal({ share: 1, high: 1 });
		expect(low).to.be.closeTo(0.2924, 1e-4);
		expect(proportion(0, 72).high).to.be.below(0.05);
		expect(proportion(0, 71).high).to.be.above(0.05);
	});

	it("knows nothing of no devices", () => {
		expect(proportion(0, 0)).to.deep.equal({ failures: 0, devices: 0, share: null, low: 0, high: 1 });
	});

	it("lies within its interval, and the interval narrows with the devices, from 3 to 3,000,000", () => {
		const counts = fc
			.integer({ min: 3, max: 1_500_000 })
			.chain((devices) => fc.record({ devices: fc.constant(devices), failures: fc.integer({ min: 0, max: devices }) }));
		fc.assert(
			fc.property(counts, ({ devices, failures }) => {
				const once = proportion(failures, devices);
				const twice = proportion(2 * failures, 2 * devices);
				expect(once.low).to.be.at.most(once.share ?? Number.NaN);
				expect(once.high).to.be.at.least(once.share ?? Number.NaN);
				expect(twice.high - twice.low).to.be.below(once.high - once.low);
			}),
		);
	});

	it("covers the true rate in at least 95 of 100 samples", () => {
		// Summed over all outcomes of 40 devices instead of drawn: binomial probabilities by recurrence.
		for (const rate of [0.01, 0.05, 0.2, 0.5]) {
			let probability = (1 - rate) ** 40;
			let covered = 0;
			for (let failures = 0; failures <= 40; failures += 1) {
				const { low, high } = proportion(failures, 40);
				if (low <= rate && rate <= high) covered += probability;
				probability *= ((40 - failures) / (failures + 1)) * (rate / (1 - rate));
			}
			expect(covered).to.be.at.least(0.95);
		}
	});
});
