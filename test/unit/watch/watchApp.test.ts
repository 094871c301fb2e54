import { expect } from "chai";
import type { Rhythm } from "../../../functions/src/watch/rhythm.ts";
import { watchBacklog, watchSilence } from "../../../functions/src/watch/watchApp.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-03-20T12:00Z");
const APP = "com.example.shop";

/** Known for ten days, never silent for longer than two hours. */
const known = (more: Partial<Rhythm> = {}): Rhythm => ({
	lastEventAt: NOW,
	longestPauses: Object.fromEntries(
		Array.from({ length: 10 }, (_, day) => [new Date(NOW - day * DAY).toISOString().slice(0, 10), 2 * HOUR]),
	),
	isSilent: false,
	...more,
});

const sight = (lastEventAt: number | null, waiting = 0) => ({ appId: APP, lastEventAt, waiting });

describe("watchSilence", () => {
	it("tells of a silence twice as long as the longest pause, and not before", () => {
		expect(watchSilence(known(), sight(NOW), NOW + 4 * HOUR)).to.deep.equal({ rhythm: known() });
		const { rhythm, alert } = watchSilence(known(), sight(NOW), NOW + 4 * HOUR + MINUTE);
		expect(rhythm).to.deep.equal(known({ isSilent: true }));
		expect(alert).to.deep.equal({
			kind: "silence",
			isOver: false,
			lastEventAt: NOW,
			sentence: `No event of ${APP} for 4 hours. Its longest pause in the two weeks before was 2 hours.`,
		});
	});

	it("tells of it once", () => {
		const silent = known({ isSilent: true });
		expect(watchSilence(silent, sight(NOW), NOW + 9 * HOUR)).to.deep.equal({ rhythm: silent });
		expect(watchSilence(silent, sight(null), NOW + 9 * HOUR)).to.deep.equal({ rhythm: silent });
	});

	it("tells when it is over", () => {
		const { rhythm, alert } = watchSilence(known({ isSilent: true }), sight(NOW + 9 * HOUR), NOW + 9 * HOUR + MINUTE);
		expect(rhythm).to.include({ isSilent: false, lastEventAt: NOW + 9 * HOUR });
		expect(alert).to.include({ kind: "silence", isOver: true, sentence: `${APP} sends events again, after 9 hours.` });
	});

	it("says nothing of an app of which it knows nothing, or too little", () => {
		expect(watchSilence(undefined, sight(null), NOW)).to.deep.equal({ rhythm: undefined });
		expect(watchSilence(undefined, sight(NOW), NOW + 90 * DAY).alert).to.equal(undefined);
		const new_ = { lastEventAt: NOW, longestPauses: { "2026-03-20": 0 }, isSilent: false };
		expect(watchSilence(new_, sight(NOW), NOW + 90 * DAY)).to.deep.equal({ rhythm: new_ });
	});
});

describe("watchBacklog", () => {
	const none = { backlogSince: null, isBacklogTold: false };

	it("tells of events that wait at the next run, too", () => {
		const first = watchBacklog(none, sight(NOW, 7), NOW);
		expect(first).to.deep.equal({ remembered: { backlogSince: NOW, isBacklogTold: false } });
		const second = watchBacklog(first.remembered, sight(NOW, 9), NOW + 5 * MINUTE);
		expect(second.remembered).to.deep.equal({ backlogSince: NOW, isBacklogTold: true });
		expect(second.alert).to.include({ kind: "backlog", isOver: false, events: 9 });
	});

	it("takes two runs at the same moment for one", () => {
		const first = watchBacklog(none, sight(NOW, 7), NOW);
		expect(watchBacklog(first.remembered, sight(NOW, 7), NOW + 10_000).alert).to.equal(undefined);
	});

	it("tells of it once, and once that it is over", () => {
		const told = { backlogSince: NOW, isBacklogTold: true };
		expect(watchBacklog(told, sight(NOW, 9), NOW + HOUR)).to.deep.equal({ remembered: told });
		const over = watchBacklog(told, sight(NOW, 0), NOW + 2 * HOUR);
		expect(over.remembered).to.deep.equal(none);
		expect(over.alert).to.include({ kind: "backlog", isOver: true, events: 0 });
	});

	it("says nothing of events that waited at one run only", () => {
		const first = watchBacklog(none, sight(NOW, 7), NOW);
		expect(watchBacklog(first.remembered, sight(NOW, 0), NOW + 5 * MINUTE)).to.deep.equal({ remembered: none });
	});
});
