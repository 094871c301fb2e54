import { expect } from "chai";
import type { DayDocument } from "../../../metrics/documents.ts";
import { latestTroubleOf } from "../../../metrics/latestTrouble.ts";

const NOW = Date.parse("2026-03-14T12:20:00Z");

const daysWith = (hours: Readonly<Record<string, DayDocument["hours"]>>) =>
	new Map<string, DayDocument | null>(
		Object.entries(hours).map(([day, ofDay]) => [day, ofDay ? { day, hours: ofDay } : null]),
	);

describe("a release's latest trouble", () => {
	it("goes on while devices fail in this hour or the one before", () => {
		const days = daysWith({
			"2026-03-14": { "10": { tried: 9, failed: 9 }, "11": { tried: 12, failed: 5 }, "12": { tried: 2 } },
		});
		expect(latestTroubleOf(days, "updates", NOW)).to.deep.equal({
			state: "goes on",
			from: Date.parse("2026-03-14T11:00:00Z"),
			devices: { failures: 5, devices: 14 },
		});
	});

	it("ceased with the last hour in which one failed, and tells how many came since", () => {
		const days = daysWith({
			"2026-03-13": { "17": { tried: 9, failed: 9 }, "18": { tried: 3 } },
			"2026-03-14": { "09": { tried: 4, crashed: 1 } },
		});
		expect(latestTroubleOf(days, "updates", NOW)).to.deep.equal({
			state: "ceased",
			at: Date.parse("2026-03-13T17:00:00Z"),
			devicesSince: 7,
		});
	});

	it("is of the family that the release is bad by", () => {
		const days = daysWith({ "2026-03-14": { "09": { tried: 4, ran: 4, crashed: 1 }, "12": { tried: 3, failed: 3 } } });
		expect(latestTroubleOf(days, "crashes", NOW)).to.include({ state: "ceased" });
	});

	it("knows nothing of what lies before a day that was not read", () => {
		const days = daysWith({
			"2026-03-11": { "09": { failed: 4 } },
			"2026-03-13": undefined,
			"2026-03-14": { "09": { tried: 4 } },
		});
		expect(latestTroubleOf(days, "updates", NOW)).to.deep.equal({
			state: "long ago",
			from: Date.parse("2026-03-13T00:00:00Z"),
		});
		expect(latestTroubleOf(daysWith({ "2026-03-13": undefined }), "updates", NOW)).to.equal(null);
	});
});
