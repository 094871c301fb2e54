import { expect } from "chai";
import { countsByKind, countsOf, sumCounts, trendOf } from "../../../metrics/definitions.ts";

describe("metrics", () => {
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
});
