import { expect } from "chai";
import { type Rhythm, rhythmAfter, silentAfter } from "../../../functions/src/watch/rhythm.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const MONDAY = Date.parse("2026-03-02T00:00Z");

/** What is known of an app after the schedule saw these moments of its newest event. */
const seenAt = (...moments: readonly number[]) =>
	moments.reduce<Rhythm | undefined>((known, at) => rhythmAfter(known, at), undefined);

/** An app that sends from 8 to 18 h on working days, as a schedule sees it that looks once an hour. */
function officeHours(days: number): readonly number[] {
	return Array.from({ length: days }, (_, day) => day)
		.filter((day) => day % 7 < 5)
		.flatMap((day) => Array.from({ length: 11 }, (_, hour) => MONDAY + day * DAY + (8 + hour) * HOUR));
}

/** An app that sends all the time. */
function always(days: number): readonly number[] {
	return Array.from({ length: days * 24 * 12 }, (_, index) => MONDAY + index * 5 * MINUTE);
}

function silenceOf(rhythm: Rhythm | undefined): number | null {
	const end = rhythm && silentAfter(rhythm);
	return rhythm === undefined || end === undefined || end === null ? null : end - rhythm.lastEventAt;
}

describe("the rhythm of an app", () => {
	it("says nothing of a silence before a week is known, however busy it was", () => {
		expect(silenceOf(seenAt(MONDAY))).to.equal(null);
		expect(silenceOf(seenAt(...always(6)))).to.equal(null);
		expect(silenceOf(seenAt(...always(8)))).to.equal(30 * MINUTE);
	});

	it("says nothing of an app that sent on two days only", () => {
		expect(silenceOf(seenAt(MONDAY, MONDAY + 10 * DAY))).to.equal(null);
	});

	it("doesn't take the first weekend, nor a later one, for a silence", () => {
		const friday = seenAt(...officeHours(5));
		expect(silenceOf(friday)).to.equal(null);
		const weekend = 62 * HOUR;
		for (const days of [8, 12, 15, 19])
			expect(silenceOf(seenAt(...officeHours(days))), `${days} days`).to.equal(2 * weekend);
	});

	it("forgets pauses of more than two weeks ago", () => {
		const [first, ...others] = always(30);
		const known = seenAt((first ?? 0) - 20 * HOUR, first ?? 0, ...others);
		expect(silenceOf(known)).to.equal(30 * MINUTE);
	});

	it("learns no more of an outage than that it was too long", () => {
		const busy = always(10);
		const last = busy.at(-1) ?? 0;
		const afterOutage = seenAt(...busy, last + 2 * DAY);
		expect(silenceOf(afterOutage)).to.equal(HOUR);
	});

	it("learns after a few alerts that an app really sends less often", () => {
		const busy = always(10);
		let at = busy.at(-1) ?? 0;
		let rhythm = seenAt(...busy);
		let alerts = 0;
		for (let day = 0; day < 12; day += 1) {
			at += DAY;
			const end = rhythm && silentAfter(rhythm);
			if (end !== null && end !== undefined && at > end) alerts += 1;
			rhythm = rhythmAfter(rhythm, at);
		}
		expect(alerts).to.equal(6);
		expect(silenceOf(rhythm)).to.be.greaterThan(DAY);
	});

	it("is not put back by an older event", () => {
		const known = seenAt(...always(8));
		const late = known && rhythmAfter(known, known.lastEventAt - HOUR);
		expect(late?.lastEventAt).to.equal(known?.lastEventAt);
	});
});
