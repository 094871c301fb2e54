import { expect } from "chai";
import { quantity } from "../../../scripts/cli/quantity.ts";

describe("a quantity", () => {
	it("is in the singular for one only", () => {
		expect([0, 1, 2, 20_000].map((count) => quantity(count, "events"))).to.deep.equal([
			"0 events",
			"1 event",
			"2 events",
			"20,000 events",
		]);
	});
});
