import { expect } from "chai";
import { ACTIONS, actionKind } from "../../../functions/src/events/actions.ts";
import {
	BREAKING_ACTIONS,
	countsByKind,
	countsOf,
	downloadFunnel,
	FUNNEL_ACTIONS,
	failureCounts,
	MIN_SAMPLE,
	RETURN_ACTIONS,
	ROLLBACK_ACTION,
	releaseHealth,
	sumCounts,
	trendOf,
} from "../../../metrics/definitions.ts";

describe("metrics", () => {
	it("are made of actions of the catalogue", () => {
		for (const action of [...BREAKING_ACTIONS, ...FUNNEL_ACTIONS, ...RETURN_ACTIONS, ROLLBACK_ACTION]) {
			expect(ACTIONS).to.have.property(action);
		}
		expect(new Set(BREAKING_ACTIONS.map(actionKind))).to.deep.equal(new Set(["failure"]));
	});

	describe("audience", () => {
		const counters = { actions: { set: 10, get: 4 }, dev_actions: { set: 3, get: 4 } };

		it("leaves out what emulators and development builds sent", () => {
			expect(countsOf(counters, "production")).to.deep.equal({ set: 7 });
		});

		it("counts everything when asked to", () => {
			expect(countsOf(counters, "all")).to.deep.equal({ set: 10, get: 4 });
		});

		it("takes a document without counters for one without events", () => {
			expect(countsOf({}, "production")).to.deep.equal({});
			expect(countsOf({}, "all")).to.deep.equal({});
		});

		it("never goes below zero", () => {
			expect(countsOf({ actions: { set: 1 }, dev_actions: { set: 2 } }, "production")).to.deep.equal({});
		});
	});

	describe("failure rate", () => {
		it("is of failures among installs and failures", () => {
			const health = releaseHealth({ set: 95, update_fail: 3, checksum_fail: 2 });
			expect(health).to.include({ installs: 95, failures: 5, sample: 100, failureRate: 0.05, rollbacks: 3 });
		});

		it("counts the failures that break a bundle, and no others", () => {
			const others = { download_fail: 40, insufficient_disk_space: 5, app_crash: 9, noNew: 100 };
			expect(releaseHealth({ set: 100, ...others })).to.include({ failures: 0, failureRate: 0 });
			for (const action of BREAKING_ACTIONS) expect(releaseHealth({ set: 99, [action]: 1 }).failures).to.equal(1);
		});

		it("is not known below the smallest sample, even when all failed", () => {
			expect(releaseHealth({})).to.include({ failureRate: null, verdict: "no data", sample: 0 });
			expect(releaseHealth({ set: MIN_SAMPLE - 1 })).to.include({ failureRate: null, verdict: "no data" });
			expect(releaseHealth({ update_fail: MIN_SAMPLE - 1 })).to.include({ failureRate: null, verdict: "no data" });
			expect(releaseHealth({ set: MIN_SAMPLE })).to.include({ failureRate: 0, verdict: "healthy" });
		});

		const verdicts = [
			{ failures: 19, verdict: "healthy" },
			{ failures: 20, verdict: "watch" },
			{ failures: 49, verdict: "watch" },
			{ failures: 50, verdict: "failing" },
		];
		for (const { failures, verdict } of verdicts) {
			it(`of ${failures} in 1,000 says ${verdict}`, () => {
				expect(releaseHealth({ set: 1_000 - failures, set_fail: failures }).verdict).to.equal(verdict);
			});
		}
	});

	it("tells devices that left a version from devices that came back to it", () => {
		expect(releaseHealth({ update_fail: 4, reset: 2, revert: 1 })).to.include({ rollbacks: 4, returns: 3 });
	});

	it("adds counts up", () => {
		expect(sumCounts([{ set: 1 }, {}, { set: 2, get: 5 }])).to.deep.equal({ set: 3, get: 5 });
	});

	it("has every day in a trend, those without events too", () => {
		const documents = [{ day: "2026-11-02", actions: { set: 4 }, dev_actions: { set: 1 } }];
		expect(trendOf(["2026-11-01", "2026-11-02"], documents, "production")).to.deep.equal([
			{ day: "2026-11-01", counts: {} },
			{ day: "2026-11-02", counts: { set: 3 } },
		]);
	});

	it("groups actions by kind, unknown ones by their name", () => {
		const counts = { set: 1, revert: 1, download_10: 5, my_fail: 2, my_action: 3 };
		expect(countsByKind(counts)).to.deep.equal({ install: 2, progress: 5, failure: 2, custom: 3 });
	});

	it("measures the funnel by the downloads that reached its first step", () => {
		const funnel = downloadFunnel({ download_10: 200, download_complete: 180, set: 150 });
		expect(funnel).to.have.length(FUNNEL_ACTIONS.length);
		expect(funnel[0]).to.deep.equal({ action: "download_10", count: 200, share: 1 });
		expect(funnel.at(-2)).to.deep.equal({ action: "download_complete", count: 180, share: 0.9 });
		expect(funnel.at(-1)).to.deep.equal({ action: "set", count: 150, share: 0.75 });
	});

	it("has no share in a funnel without a first step", () => {
		expect(downloadFunnel({ set: 3 }).at(-1)).to.deep.equal({ action: "set", count: 3, share: null });
	});

	it("lists failures and crashes, most frequent first, with the day on which each began", () => {
		const trend = [
			{ day: "2026-11-01", counts: { set: 5, app_crash: 1 } },
			{ day: "2026-11-02", counts: { app_crash: 1, update_fail: 9 } },
		];
		expect(failureCounts(trend)).to.deep.equal([
			{ action: "update_fail", count: 9, firstDay: "2026-11-02", isBreaking: true },
			{ action: "app_crash", count: 2, firstDay: "2026-11-01", isBreaking: false },
		]);
	});
});
