import { expect } from "chai";
import { Random } from "../../../scripts/fleet/random.ts";

const draw = (seed: string, count: number) => {
	const random = new Random(seed);
	return Array.from({ length: count }, () => random.unit());
};

describe("Random", () => {
	it("makes the same choices for the same seed, and others for another", () => {
		expect(draw("1/0", 100)).to.deep.equal(draw("1/0", 100));
		expect(draw("1/0", 100)).to.not.deep.equal(draw("1/1", 100));
	});

	it("draws evenly from 0 up to 1", () => {
		const numbers = draw("even", 10_000);
		for (const tenth of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
			const inTenth = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
			expect(inTenth).to.be.within(850, 1_150);
		}
	});

	it("draws whole numbers with both ends", () => {
		const random = new Random("integers");
		const drawn = new Set(Array.from({ length: 200 }, () => random.integer(3, 5)));
		expect([...drawn].sort()).to.deep.equal([3, 4, 5]);
	});

	it("picks by share", () => {
		const random = new Random("shares");
		const items = [
			{ name: "rare", share: 1 },
			{ name: "never", share: 0 },
			{ name: "common", share: 9 },
		];
		const picked = Array.from({ length: 1_000 }, () => random.pickByShare(items).name);
		expect(picked.filter((name) => name === "rare").length).to.be.within(60, 140);
		expect(picked).to.not.include("never");
	});

	it("refuses to pick from nothing", () => {
		expect(() => new Random("nothing").pick([])).to.throw(RangeError, "nothing to pick");
	});

	it("makes UUIDs of version 4", () => {
		expect(new Random("uuid").uuid()).to.match(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
	});
});
