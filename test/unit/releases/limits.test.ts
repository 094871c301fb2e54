import { expect } from "chai";
import { DEFAULT_LIMITS, LARGEST_LIMIT, limitsOf, SMALLEST_LIMIT } from "../../../functions/src/releases/limits.ts";
import { limitsSchema } from "../../../functions/src/releases/limitsSchema.ts";

describe("limits", () => {
	it("are the defaults where none are named", () => {
		expect(limitsSchema.parse({})).to.deep.equal(DEFAULT_LIMITS);
		for (const stored of [undefined, null, {}, "5 %", []]) expect(limitsOf(stored)).to.deep.equal(DEFAULT_LIMITS);
	});

	it("may be named one by one", () => {
		const named = { crashes: 0.01 };
		expect(limitsSchema.parse(named)).to.deep.equal({ ...DEFAULT_LIMITS, ...named });
		expect(limitsOf(named)).to.deep.equal({ ...DEFAULT_LIMITS, ...named });
	});

	it("have bounds, which both readers know", () => {
		for (const bound of [SMALLEST_LIMIT, LARGEST_LIMIT]) {
			expect(limitsSchema.parse({ updates: bound }).updates).to.equal(bound);
			expect(limitsOf({ updates: bound }).updates).to.equal(bound);
		}
		for (const wrong of [0, -0.05, 5, 1, Number.NaN, "0.05", null]) {
			expect(limitsSchema.safeParse({ updates: wrong }).success, String(wrong)).to.equal(false);
			expect(limitsOf({ updates: wrong, crashes: 0.02 })).to.deep.equal({ ...DEFAULT_LIMITS, crashes: 0.02 });
		}
	});

	const refused = [
		{ limits: { updates: 5 }, message: "must be a share of devices from 0.001 to 0.95: 0.05 is 5 %" },
		{ limits: { updates: "5 %" }, message: "must be a number, a share of devices from 0.001 to 0.95: 0.05 is 5 %" },
		{
			limits: { crash: 0.05 },
			message: "there is no limit crash: choose of updates, downloads, undelivered, crashes",
		},
		{ limits: 0.05, message: "must be an object of limits: updates, downloads, undelivered, crashes" },
	];
	for (const { limits, message } of refused) {
		it(`refuses ${JSON.stringify(limits)} and says what to do`, () => {
			const parsed = limitsSchema.safeParse(limits);
			expect(parsed.error?.issues.map((issue) => issue.message)).to.deep.equal([message]);
		});
	}
});
