import { expect } from "chai";
import { dayBefore, daysBetween, endOfDay, lastDays, startOfDay } from "../../../metrics/days.ts";

describe("days", () => {
	const now = Date.parse("2026-03-01T00:30:00Z");

	it("are those of UTC", () => {
		expect(dayBefore(now, 0)).to.equal("2026-03-01");
		expect(dayBefore(now, 1)).to.equal("2026-02-28");
	});

	it("end with today", () => {
		expect(lastDays(now, 3)).to.deep.equal(["2026-02-27", "2026-02-28", "2026-03-01"]);
	});

	it("include both ends of a range", () => {
		expect(daysBetween("2026-02-27", "2026-03-01")).to.deep.equal(lastDays(now, 3));
		expect(daysBetween("2026-03-01", "2026-03-01")).to.deep.equal(["2026-03-01"]);
		expect(daysBetween("2026-03-02", "2026-03-01")).to.deep.equal([]);
	});

	it("begin and end where their neighbours do", () => {
		expect(endOfDay("2026-02-28") + 1).to.equal(startOfDay("2026-03-01"));
	});
});
