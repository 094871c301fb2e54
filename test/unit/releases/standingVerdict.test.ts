import { expect } from "chai";
import { adviceOn } from "../../../functions/src/releases/advice.ts";
import type { ReleaseRecord } from "../../../functions/src/releases/judgeAmong.ts";
import type { Verdict } from "../../../functions/src/releases/judgeRate.ts";
import { judgeRelease } from "../../../functions/src/releases/judgeRelease.ts";
import { limitsOf } from "../../../functions/src/releases/limits.ts";
import { replacedBadRelease } from "../../../functions/src/releases/replacement.ts";
import { newsOf, standingJudgement } from "../../../functions/src/releases/standingVerdict.ts";

const VERDICTS = ["failing", "worse", "healthy", "too early", "no data"] as const satisfies readonly Verdict[];

/** A judgement of no devices, said to be this. */
function judged(verdict: Verdict) {
	const judgement = judgeRelease({ days: [], before: null, limits: limitsOf({}), now: 0 });
	const isBad = verdict === "failing" || verdict === "worse";
	return { ...judgement, verdict, family: isBad ? ("crashes" as const) : null, since: isBad ? "2026-03-20" : null };
}

function standing(verdict: Verdict | undefined) {
	const isBad = verdict === "failing" || verdict === "worse";
	return { verdict, family: isBad ? ("updates" as const) : null, since: isBad ? "2026-03-14" : null };
}

describe("the verdict that stands", () => {
	/** By what stood before and what is judged now. */
	const TABLE: Readonly<Record<Verdict, Readonly<Record<Verdict, Verdict>>>> = {
		failing: { failing: "failing", worse: "failing", healthy: "healthy", "too early": "failing", "no data": "failing" },
		worse: { failing: "failing", worse: "worse", healthy: "healthy", "too early": "worse", "no data": "worse" },
		healthy: { failing: "failing", worse: "worse", healthy: "healthy", "too early": "too early", "no data": "no data" },
		"too early": {
			failing: "failing",
			worse: "worse",
			healthy: "healthy",
			"too early": "too early",
			"no data": "no data",
		},
		"no data": {
			failing: "failing",
			worse: "worse",
			healthy: "healthy",
			"too early": "too early",
			"no data": "no data",
		},
	};

	for (const before of VERDICTS) {
		for (const now of VERDICTS) {
			const stands = TABLE[before][now];
			it(`${before}, then ${now}: ${stands}`, () => {
				const result = standingJudgement(standing(before), judged(now));
				expect(result.verdict).to.equal(stands);
				const isKept = stands === before && stands !== now;
				expect(result.since).to.equal(isKept ? "2026-03-14" : judged(now).since);
				expect(result.family).to.equal(isKept ? "updates" : judged(now).family);
				expect(result.sentence.endsWith(`It was ${before}, and is not yet shown to be healthy.`)).to.equal(isKept);
			});
		}
	}

	it("is what is judged where nothing stood", () => {
		for (const now of VERDICTS) expect(standingJudgement(standing(undefined), judged(now))).to.deep.equal(judged(now));
	});
});

describe("news", () => {
	it("is each change to a bad verdict, and the way back to healthy", () => {
		const news = [undefined, ...VERDICTS].flatMap((before) =>
			VERDICTS.flatMap((after) => {
				const told = newsOf(before, after);
				return told ? [`${before ?? "nothing"} → ${after}: ${told}`] : [];
			}),
		);
		expect(news).to.have.members([
			"nothing → failing: worsened",
			"nothing → worse: worsened",
			"failing → worse: worsened",
			"failing → healthy: recovered",
			"worse → failing: worsened",
			"worse → healthy: recovered",
			"healthy → failing: worsened",
			"healthy → worse: worsened",
			"too early → failing: worsened",
			"too early → worse: worsened",
			"no data → failing: worsened",
			"no data → worse: worsened",
		]);
	});
});

describe("the release that a healthy one replaces", () => {
	const at = (day: number, hour: number) => Date.UTC(2026, 2, day, hour);

	/** A release that devices first installed on a day of March. */
	const release = (
		version: string,
		day: number,
		verdict: Verdict | undefined,
		more: Partial<ReleaseRecord> = {},
	): ReleaseRecord => ({
		version,
		cohorts: [{ day: `2026-03-${day}`, devices: { tried: 20, installed: 20 } }],
		standing: standing(verdict),
		firstEventAt: at(day, 12),
		isHidden: false,
		...more,
	});
	const good = release("3.4.9", 20, "too early");
	const replaced = (...others: readonly ReleaseRecord[]) => replacedBadRelease("3.4.9", [good, ...others]);

	it("is the last one before it, if that is bad", () => {
		expect(replaced(release("3.4.7", 12, "healthy"), release("3.4.8", 14, "failing"))).to.equal("3.4.8");
		expect(replaced(release("3.4.7", 12, "failing"), release("3.4.8", 14, "worse"))).to.equal("3.4.8");
	});

	it("is none where a good one came between, or the bad one is newer, or hidden", () => {
		expect(replaced(release("3.4.7", 12, "failing"), release("3.4.8", 14, "healthy"))).to.equal(null);
		expect(replaced(release("4.0.0", 21, "failing"))).to.equal(null);
		expect(replaced(release("3.4.8", 14, "failing", { isHidden: true }))).to.equal(null);
		expect(replaced()).to.equal(null);
	});

	it("passes over releases of which nothing is known", () => {
		const unknown = [
			release("3.4.8-test", 15, "too early"),
			release("3.4.8-b", 16, "no data"),
			release("x", 17, undefined),
		];
		expect(replaced(release("3.4.8", 14, "failing"), ...unknown)).to.equal("3.4.8");
	});

	it("goes by the first event of one that nobody could install", () => {
		const none = { cohorts: [{ day: "2026-03-15", devices: { tried: 20 } }], firstEventAt: at(15, 9) };
		expect(replaced(release("3.4.8", 15, "failing", none))).to.equal("3.4.8");
	});

	it("tells releases of one day apart by their first event", () => {
		expect(replaced(release("3.4.8", 20, "failing", { firstEventAt: at(20, 11) }))).to.equal("3.4.8");
		expect(replaced(release("3.4.8", 20, "failing", { firstEventAt: at(20, 13) }))).to.equal(null);
	});
});

describe("advice", () => {
	it("is to hold what is bad, go on with what is healthy, and wait for the rest", () => {
		expect(VERDICTS.map((verdict) => adviceOn(verdict, false))).to.deep.equal([
			"hold",
			"hold",
			"continue",
			"wait",
			"wait",
		]);
	});

	it("takes no old news for good news", () => {
		expect(VERDICTS.map((verdict) => adviceOn(verdict, true))).to.deep.equal(["hold", "hold", "wait", "wait", "wait"]);
	});
});
