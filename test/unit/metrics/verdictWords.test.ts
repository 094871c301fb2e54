import { expect } from "chai";
import { isRolloutOver, verdictWords } from "../../../metrics/verdictWords.ts";

const TODAY = "2026-03-14";

const triedOn = (...days: readonly string[]) => days.map((day) => ({ day, devices: { tried: 4 } }));

describe("a verdict in words", () => {
	it("is too early while devices come to try the release, and too few devices once none comes any more", () => {
		expect(isRolloutOver(triedOn("2026-03-10", "2026-03-12"), TODAY)).to.equal(false);
		expect(isRolloutOver(triedOn("2026-03-11", "2026-03-10"), TODAY)).to.equal(true);
		expect(verdictWords("too early", false)).to.equal("too early");
		expect(verdictWords("too early", true)).to.equal("too few devices");
	});

	it("is too few devices of a release that is no new one, though stragglers come", () => {
		expect(isRolloutOver(triedOn("2026-03-01", TODAY), TODAY)).to.equal(false);
		expect(isRolloutOver(triedOn("2026-02-28", TODAY), TODAY)).to.equal(true);
	});

	it("goes by devices: a day on which none tried it first says nothing", () => {
		expect(isRolloutOver([], TODAY)).to.equal(false);
		expect(isRolloutOver([...triedOn(TODAY), { day: "2026-01-01", devices: { tried: 0 } }], TODAY)).to.equal(false);
	});

	it("is the verdict's own name for all others", () => {
		for (const verdict of ["failing", "worse", "healthy", "no data", "not judged"] as const) {
			expect(verdictWords(verdict, true)).to.equal(verdict);
		}
	});
});
