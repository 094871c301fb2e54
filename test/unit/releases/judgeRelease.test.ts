import { expect } from "chai";
import fc from "fast-check";
import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import type { DayCounts } from "../../../functions/src/releases/cohorts.ts";
import { appearedOn, judgeRelease } from "../../../functions/src/releases/judgeRelease.ts";
import { DEFAULT_LIMITS } from "../../../functions/src/releases/limits.ts";
import { Random } from "../../../scripts/fleet/random.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const TODAY = Date.parse("2026-03-20T15:00:00Z");

/** Devices that first tried a release so many days ago: they installed it and are well, but for what is said. */
function cohort(daysAgo: number, tried: number, more: Partial<DeviceCounts> = {}): DayCounts {
	const well = { tried, downloaded: tried, download_failed: 0, installed: tried, ran: tried };
	const day = new Date(TODAY - daysAgo * DAY_MS).toISOString().slice(0, 10);
	return { day, devices: { ...well, failed: 0, recovered: 0, crashed: 0, ...more } };
}

const judge = (days: readonly DayCounts[], before: readonly DayCounts[] | null = null, now = TODAY) =>
	judgeRelease({ days, before: before && { version: "3.4.6", days: before }, limits: DEFAULT_LIMITS, now });

describe("a verdict", () => {
	it("is failing by crashes when all 60 devices crash", () => {
		const judgement = judge([cohort(0, 60, { crashed: 60 })]);
		expect(judgement).to.include({
			verdict: "failing",
			family: "crashes",
			since: "2026-03-20",
			sentence: "60 of 60 devices crashed (100 %, likely 94 – 100 %). Above the limit of 5 %, beyond chance.",
		});
		expect(judgement.rates.updates).to.include({ failures: 0, devices: 60 });
	});

	it("is failing since today when 900 of 1,050 fail after 13 good days", () => {
		const good = Array.from({ length: 13 }, (_, index) => cohort(13 - index, 538, { failed: 5 }));
		const judgement = judge([...good, cohort(0, 1_050, { failed: 900 })]);
		expect(judgement).to.include({
			verdict: "failing",
			family: "updates",
			since: "2026-03-20",
			sentence:
				"Since 2026-03-20, 900 of 1,050 devices failed (86 %, likely 83 – 88 %). Above the limit of 5 %, beyond chance.",
		});
		expect(judgement.rates.updates).to.include({ failures: 965, devices: 8_044, since: "2026-03-20" });
	});

	it("is failing when all 60 devices roll back, none of them running it", () => {
		expect(judge([cohort(0, 60, { failed: 60 })])).to.include({
			verdict: "failing",
			family: "updates",
			sentence: "60 of 60 devices failed (100 %, likely 94 – 100 %). Above the limit of 5 %, beyond chance.",
		});
	});

	it("is failing when all 60 devices got a corrupt bundle, which none could install", () => {
		const corrupt = cohort(0, 60, { installed: 0, ran: 0, failed: 60 });
		expect(judge([corrupt])).to.include({ verdict: "failing", family: "updates" });
	});

	it("is failing by downloads when none of 60 devices can download it", () => {
		const lost = cohort(0, 60, { downloaded: 0, download_failed: 60, installed: 0, ran: 0 });
		expect(judge([lost])).to.include({
			verdict: "failing",
			family: "downloads",
			sentence:
				"60 of 60 devices could not download it (100 %, likely 94 – 100 %). Above the limit of 50 %, beyond chance.",
		});
	});

	it("is not failing when a quarter of 2,000 devices lose the connection and have the bundle later", () => {
		const lost = { downloaded: 1_500, download_failed: 500, installed: 1_500, ran: 1_500 };
		expect(judge([cohort(0, 2_000, lost)])).to.include({ verdict: "healthy", family: null });
		const arrived = judge([cohort(0, 2_000, { download_failed: 500 })]);
		expect(arrived).to.include({ verdict: "healthy", family: null });
		expect(arrived.rates.downloads).to.include({ failures: 0, devices: 2_000 });
	});

	it("is failing by downloads when 30 of 100 devices still lack it a day later, and not before", () => {
		const days = [cohort(2, 100, { downloaded: 70, installed: 70, ran: 70 })];
		const dayLater = Date.parse("2026-03-20T00:00:00Z");
		expect(judge(days, null, dayLater - 1)).to.include({ verdict: "too early" });
		expect(judge(days, null, dayLater - 1).rates.undelivered).to.include({ verdict: "no data", devices: 0 });
		const many = [cohort(2, 1_000, { downloaded: 700, installed: 700, ran: 700 })];
		expect(judge(many, null, dayLater)).to.include({
			verdict: "failing",
			family: "downloads",
			since: "2026-03-18",
			sentence:
				"300 of 1,000 devices had no bundle a day after they tried (30 %, likely 27 – 33 %). Above the limit of 20 %, beyond chance.",
		});
	});

	it("is too early for 5 of 84 after 4 of 104, and for 4 of 104 itself", () => {
		const before = [cohort(3, 104, { failed: 4 })];
		expect(judge([cohort(0, 84, { failed: 5 })], before)).to.include({
			verdict: "too early",
			family: null,
			since: null,
			sentence:
				"5 of 84 devices failed (6 %, likely 2 – 13 %). 3.4.6: 4 of 104 (3.8 %). Too few devices to tell: it may be above the limit of 5 %.",
		});
		expect(judge(before)).to.include({ verdict: "too early" });
	});

	it("is worse for 15 of 170 after 7 of 420, with both figures", () => {
		const judgement = judge([cohort(0, 170, { failed: 15 })], [cohort(3, 420, { failed: 7 })]);
		expect(judgement).to.include({
			verdict: "worse",
			family: "updates",
			since: "2026-03-20",
			sentence:
				"15 of 170 devices failed (8.8 %, likely 5 – 14 %). 3.4.6: 7 of 420 (1.7 %). Worse than 3.4.6, beyond chance.",
		});
		expect(judgement.before?.rates.updates).to.include({ failures: 7, devices: 420 });
	});

	it("is worse by crashes too, of the devices that ran it", () => {
		const judgement = judge([cohort(0, 200, { ran: 170, crashed: 15 })], [cohort(3, 500, { ran: 420, crashed: 7 })]);
		expect(judgement).to.include({ verdict: "worse", family: "crashes" });
		expect(judgement.sentence).to.match(/^15 of 170 devices crashed .* 3\.4\.6: 7 of 420 /);
	});

	it("is never worse by downloads", () => {
		const lost = (tried: number, lacking: number, daysAgo: number) =>
			cohort(daysAgo, tried, { downloaded: tried - lacking, download_failed: lacking });
		expect(judge([lost(2_000, 200, 0)], [lost(2_000, 10, 9)]).rates.downloads).to.include({ verdict: "healthy" });
	});

	it("is healthy for 100 devices that installed it and are well", () => {
		expect(judge([cohort(0, 100)])).to.include({
			verdict: "healthy",
			family: null,
			since: null,
			sentence: "0 of 100 devices failed (0 %, likely 0 – 3.6 %). Below every limit.",
		});
	});

	it("is not failing when one device of 100 fails, however often", () => {
		const judgement = judge([cohort(7, 100, { failed: 1 })]);
		expect(judgement.verdict).to.equal("too early");
		expect(judgement.sentence).to.match(
			/^1 of 100 devices failed \(1 %, likely 0\.03 – 5\.4 %\)\. Too few devices to tell/,
		);
	});

	it("says how many recovered", () => {
		const judgement = judge([cohort(0, 100, { failed: 20, recovered: 20 })]);
		expect(judgement).to.include({
			verdict: "failing",
			sentence:
				"20 of 100 devices failed (20 %, likely 13 – 29 %), all 20 recovered since. Above the limit of 5 %, beyond chance.",
		});
	});

	it("is no data before a device has tried it", () => {
		const nothing = { verdict: "no data", family: null, since: null, sentence: "No device has tried it yet." };
		expect(judge([])).to.include(nothing);
		expect(judge([{ day: "2026-03-20", devices: {} }])).to.include(nothing);
	});

	it("is too early as long as nobody runs it, or few have it", () => {
		const waiting = cohort(0, 1_000, { installed: 0, ran: 0 });
		expect(judge([waiting]).sentence).to.match(/Not known yet: no device runs it\.$/);
		const arriving = judge([cohort(0, 1_000, { downloaded: 20, installed: 20, ran: 1_000 })]);
		expect(arriving.verdict).to.equal("too early");
		expect(arriving.sentence).to.match(/Too few of them have it to tell\.$/);
	});

	it("is healthy only when crashes and deliveries are below their limits as well", () => {
		expect(judge([cohort(0, 1_000, { ran: 1_000, crashed: 45 })])).to.include({ verdict: "too early" });
		expect(judge([cohort(5, 1_000, { downloaded: 810 })])).to.include({
			verdict: "too early",
			sentence:
				"190 of 1,000 devices had no bundle a day after they tried (19 %, likely 17 – 22 %). Too close to the limit of 20 % to tell.",
		});
	});

	it("names what lost the most devices when two families are bad", () => {
		expect(judge([cohort(0, 100, { failed: 30, crashed: 60 })])).to.include({ family: "crashes" });
		expect(judge([cohort(0, 100, { failed: 60, crashed: 30 })])).to.include({ family: "updates" });
	});

	it("goes by the limits it is given", () => {
		const days = [cohort(0, 1_000, { failed: 30 })];
		const limits = { ...DEFAULT_LIMITS, updates: 0.01 };
		expect(judgeRelease({ days, before: null, limits, now: TODAY })).to.include({ verdict: "failing" });
		expect(judge(days)).to.include({ verdict: "healthy" });
	});

	it("needs three devices that failed", () => {
		expect(judge([cohort(0, 2, { failed: 2 })])).to.include({ verdict: "too early" });
		expect(judge([cohort(0, 3, { failed: 3 })])).to.include({ verdict: "failing" });
	});

	it("does not depend on the order of the days, nor on days without devices", () => {
		const days = [cohort(3, 400, { failed: 2 }), cohort(2, 50, { failed: 20 }), cohort(1, 70, { failed: 30 })];
		const empty = cohort(4, 0);
		expect(judge([...days.toReversed(), empty])).to.deep.equal(judge(days));
	});

	it("is spoken of one device as of one", () => {
		expect(judge([cohort(0, 1)]).sentence).to.match(/^0 of 1 device failed /);
	});

	it("of 3 % against a limit of 5 %, release before alike, is never bad at any of 3,000 looks in 95 of 100 releases", () => {
		const calledBad = Array.from({ length: 100 }, (_, seed) => {
			const random = new Random(`3 %/${seed}`);
			const before = [
				cohort(9, 3_000, { failed: Array.from({ length: 3_000 }, () => random.chance(0.03)).filter(Boolean).length }),
			];
			let failed = 0;
			for (let tried = 1; tried <= 3_000; tried += 1) {
				if (!random.chance(0.03)) continue;
				failed += 1;
				// A look after a device that is well finds no more than the look before it: see the test below.
				const { verdict } = judge([cohort(0, tried, { failed })], before);
				if (verdict === "failing" || verdict === "worse") return true;
			}
			return false;
		}).filter(Boolean).length;
		expect(calledBad).to.be.at.most(5);
	});

	it("only gets better by a device that is well, and only worse by one that failed", () => {
		const badness = { healthy: 0, "no data": 0, "too early": 1, worse: 2, failing: 3 };
		const counts = fc
			.integer({ min: 1, max: 300 })
			.chain((tried) =>
				fc.record({ tried: fc.constant(tried), failed: fc.integer({ min: 0, max: Math.ceil(tried / 4) }) }),
			);
		const before = [cohort(9, 420, { failed: 7 })];
		fc.assert(
			fc.property(counts, ({ tried, failed }) => {
				const now = badness[judge([cohort(0, tried, { failed })], before).verdict];
				expect(badness[judge([cohort(0, tried + 1, { failed })], before).verdict]).to.be.at.most(now);
				expect(badness[judge([cohort(0, tried + 1, { failed: failed + 1 })], before).verdict]).to.be.at.least(now);
			}),
		);
	});

	it("is found for whatever counters hold, with rates between 0 and 1 and no number that isn't one", () => {
		const count = fc.integer({ min: -3, max: 3_000_000 });
		const devices = fc.record(
			{
				tried: count,
				downloaded: count,
				download_failed: count,
				installed: count,
				ran: count,
				failed: count,
				recovered: count,
				crashed: count,
			},
			{ requiredKeys: [] },
		);
		const days = fc
			.array(devices, { maxLength: 5 })
			.map((all) => all.map((devices, daysAgo) => ({ day: cohort(daysAgo, 0).day, devices })));
		fc.assert(
			fc.property(days, days, (release, before) => {
				const { rates, sentence, verdict, family, since } = judge(release, before);
				for (const { share, low, high } of Object.values(rates)) {
					expect(low).to.be.within(0, share ?? 1);
					expect(high).to.be.within(share ?? 0, 1);
				}
				expect(sentence).not.to.match(/NaN|undefined|null|Infinity/);
				const isBad = verdict === "failing" || verdict === "worse";
				expect([family !== null, since !== null]).to.deep.equal([isBad, isBad]);
			}),
		);
	});
});

describe("the release before", () => {
	it("counts as it stood on the day before this one appeared", () => {
		const before = [cohort(9, 420, { failed: 7 }), cohort(1, 5_000, { failed: 2_000 }), cohort(0, 90, { failed: 90 })];
		const { before: standing } = judge([cohort(1, 100), cohort(0, 100)], before);
		expect(standing?.rates.updates).to.include({ failures: 7, devices: 420 });
		expect(judge([cohort(0, 2)], before).before?.rates.updates).to.include({ devices: 5_510 });
	});

	it("counts as it stands when it has only devices of the same day", () => {
		const judgement = judge([cohort(0, 170, { failed: 15 })], [cohort(0, 420, { failed: 7 })]);
		expect(judgement.verdict).to.equal("worse");
		expect(judgement.sentence).to.contain("3.4.6: 7 of 420");
	});

	it("is of no use when it has no devices until then", () => {
		const judgement = judge([cohort(1, 170, { failed: 15 })], [cohort(0, 420, { failed: 7 })]);
		expect(judgement.verdict).to.equal("too early");
		expect(judgement.sentence).not.to.contain("3.4.6");
	});
});

describe("a release", () => {
	it("appears on the day of its third device", () => {
		expect(appearedOn([cohort(0, 900), cohort(9, 1), cohort(5, 1), cohort(3, 1)])).to.equal("2026-03-17");
		expect(appearedOn([cohort(9, 2)])).to.equal(null);
	});
});
