import { expect } from "chai";
import { countsTable } from "../../../scripts/simulate/countsTable.ts";

describe("countsTable", () => {
	it("has a row for each action and a column for each version, in natural order", () => {
		const counts = (actions: Record<string, number>, dev_actions: Record<string, number> = {}) => ({
			actions,
			dev_actions,
			days: {},
		});
		const table = countsTable({
			events: 0,
			noise: 0,
			repeated: 0,
			versions: {
				"1.10.0": counts({ set: 5 }),
				builtin: counts({ uninstall: 5 }),
				"1.9.0": counts({ set: 1_200, download_fail: 7 }, { set: 12 }),
			},
		});
		expect(table.split("\n")).to.deep.equal([
			"                   1.9.0  1.10.0  builtin",
			"download_fail          7",
			"set            1200 (12)       5",
			"uninstall                               5",
		]);
	});
});
