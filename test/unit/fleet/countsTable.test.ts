import { expect } from "chai";
import { countsTable, devicesTable } from "../../../scripts/fleet/countsTable.ts";

describe("countsTable", () => {
	it("has a row for each action and a column for each version, in natural order", () => {
		const counts = (actions: Record<string, number>, dev_actions: Record<string, number> = {}) => ({
			actions,
			dev_actions,
			days: {},
		});
		const table = countsTable({
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

	it("has one of what devices did, a row for each flag in its order", () => {
		const table = devicesTable({
			"1.9.0": { devices: { tried: 12, ran: 9 }, dev_devices: { tried: 2 }, days: {} },
			"1.10.0": { devices: { tried: 3, failed: 3 }, dev_devices: {}, days: {} },
		});
		expect(table.split("\n")).to.deep.equal([
			"                  1.9.0  1.10.0",
			"tried            12 (2)       3",
			"downloaded",
			"download_failed",
			"installed",
			"ran                   9",
			"failed                        3",
			"recovered",
			"crashed",
			"well",
		]);
	});
});
