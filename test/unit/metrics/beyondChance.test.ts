import { expect } from "chai";
import fc from "fast-check";
import { adjustedChances, chanceOfSoMany } from "../../../metrics/beyondChance.ts";

describe("chance of so many failures in a part", () => {
	it("is that of Fisher's tea taster: 4 of 4 cups of 8, and 3 or more", () => {
		const all = { failures: 4, devices: 8 };
		expect(chanceOfSoMany({ failures: 4, devices: 4 }, all)).to.be.closeTo(1 / 70, 1e-12);
		expect(chanceOfSoMany({ failures: 3, devices: 4 }, all)).to.be.closeTo(17 / 70, 1e-12);
	});

	it("is 1 where so many had to be", () => {
		expect(chanceOfSoMany({ failures: 0, devices: 4 }, { failures: 4, devices: 8 })).to.equal(1);
		expect(chanceOfSoMany({ failures: 5, devices: 5 }, { failures: 5, devices: 5 })).to.equal(1);
		expect(chanceOfSoMany({ failures: 0, devices: 0 }, { failures: 0, devices: 0 })).to.equal(1);
	});

	it("is the sum of all that could be drawn, counted one by one", () => {
		const counts = fc
			.record({ devices: fc.integer({ min: 1, max: 40 }), part: fc.nat(40), failures: fc.nat(40), least: fc.nat(40) })
			.filter(({ devices, part, failures, least }) => part <= devices && failures <= devices && least <= part);
		fc.assert(
			fc.property(counts, ({ devices, part, failures, least }) => {
				let sum = 0;
				for (let drawn = least; drawn <= Math.min(part, failures); drawn += 1) {
					sum += (choose(failures, drawn) * choose(devices - failures, part - drawn)) / choose(devices, part);
				}
				const bounded = Math.min(least, failures);
				if (bounded < least) return;
				expect(chanceOfSoMany({ failures: least, devices: part }, { failures, devices })).to.be.closeTo(sum, 1e-9);
			}),
		);
	});

	it("is told of a million devices without losing its size", () => {
		const chance = chanceOfSoMany({ failures: 900, devices: 1_050 }, { failures: 1_000, devices: 1_000_000 });
		expect(chance).to.be.greaterThan(-1).and.lessThan(1e-200);
		const usual = chanceOfSoMany({ failures: 10_000, devices: 500_000 }, { failures: 20_000, devices: 1_000_000 });
		expect(usual).to.be.closeTo(0.5, 0.01);
	});
});

describe("chances adjusted for how many were looked at", () => {
	it("are Holm's", () => {
		expect(adjustedChances([0.01, 0.04, 0.03, 0.005])).to.deep.equal([0.03, 0.06, 0.06, 0.02]);
	});

	it("are never below the given ones, nor above 1", () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (chances) => {
				for (const [index, chance] of adjustedChances(chances).entries()) {
					expect(chance)
						.to.be.at.least(chances[index] ?? 0)
						.and.at.most(1);
				}
			}),
		);
	});
});

function choose(n: number, k: number): number {
	if (k < 0 || k > n) return 0;
	let result = 1;
	for (let index = 0; index < k; index += 1) result = (result * (n - index)) / (index + 1);
	return result;
}
