import { expect } from "chai";
import { expiresAt, occurredAt, utcDay } from "../../../functions/src/events/eventTime.ts";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse("2026-11-25T12:00:00Z");

describe("occurredAt", () => {
	it("is the timestamp where that is plausible, else the arrival", () => {
		const plausible = [NOW, NOW - 1, NOW - 30 * DAY_MS, NOW + HOUR_MS];
		for (const timestamp of plausible) expect(occurredAt(timestamp, NOW)).to.equal(timestamp);

		const implausible = [NOW - 30 * DAY_MS - 1, NOW + HOUR_MS + 1, 0, -1, NOW / 1_000, NOW * 1_000, 1e300, -1e300];
		for (const timestamp of implausible) expect(occurredAt(timestamp, NOW)).to.equal(NOW);
		expect(occurredAt(undefined, NOW)).to.equal(NOW);
	});
});

describe("expiresAt", () => {
	it("keeps an event until its whole day is older than the retention", () => {
		expect(expiresAt(NOW, NOW, 90)).to.equal(NOW + 91 * DAY_MS);
	});

	it("keeps a late event for two days after its arrival, in which it is counted", () => {
		expect(expiresAt(NOW - 30 * DAY_MS, NOW, 7)).to.equal(NOW + 2 * DAY_MS);
	});

	it("keeps every event where the retention is 0", () => {
		expect(expiresAt(NOW, NOW, 0)).to.equal(null);
	});
});

describe("utcDay", () => {
	const days = {
		"2026-11-25T00:00:00.000Z": "2026-11-25",
		"2026-11-25T23:59:59.999Z": "2026-11-25",
		"2026-11-26T00:00:00.000Z": "2026-11-26",
		"2026-11-25T23:30:00.000-02:00": "2026-11-26",
		"2028-02-29T12:00:00.000Z": "2028-02-29",
		"2026-12-31T23:59:59.999Z": "2026-12-31",
	};
	for (const [time, day] of Object.entries(days)) {
		it(`of ${time} is ${day}`, () => {
			expect(utcDay(Date.parse(time))).to.equal(day);
		});
	}
});
