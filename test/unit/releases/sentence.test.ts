import { expect } from "chai";
import { proportion } from "../../../functions/src/releases/proportion.ts";
import { beforeSentence, findingSentence, percent, recoveredText } from "../../../functions/src/releases/sentence.ts";

describe("a percentage", () => {
	const texts: readonly (readonly [number, string])[] = [
		[0, "0 %"],
		[1 / 3_000_000, "<0.01 %"],
		[0.0005, "0.05 %"],
		[0.00999, "1 %"],
		[0.0882, "8.8 %"],
		[0.05, "5 %"],
		[0.0996, "10 %"],
		[0.857, "86 %"],
		[0.994, "99.4 %"],
		[0.99999, ">99.9 %"],
		[1, "100 %"],
	];
	for (const [share, text] of texts) {
		it(`of ${share} reads ${text}`, () => {
			expect(percent(share)).to.equal(text);
		});
	}
});

describe("a sentence", () => {
	it("has the counts, the rate and its interval", () => {
		const finding = { rate: "updates", measured: proportion(15, 170), since: null, recovered: 0 } as const;
		expect(findingSentence(finding)).to.equal("15 of 170 devices failed (8.8 %, likely 5 – 14 %).");
	});

	it("names what happened in each rate", () => {
		const sentences = (["updates", "crashes", "downloads", "undelivered"] as const).map((rate) =>
			findingSentence({ rate, measured: proportion(1, 2_000), since: "2026-03-14", recovered: 1 }),
		);
		expect(sentences).to.deep.equal([
			"Since 2026-03-14, 1 of 2,000 devices failed (0.05 %, likely <0.01 – 0.28 %), it recovered since.",
			"Since 2026-03-14, 1 of 2,000 devices crashed (0.05 %, likely <0.01 – 0.28 %), it recovered since.",
			"Since 2026-03-14, 1 of 2,000 devices could not download it (0.05 %, likely <0.01 – 0.28 %), it recovered since.",
			"Since 2026-03-14, 1 of 2,000 devices had no bundle a day after they tried (0.05 %, likely <0.01 – 0.28 %), it recovered since.",
		]);
	});

	it("says how many devices have recovered", () => {
		expect(recoveredText(1_200, 1_200)).to.equal("all 1,200 recovered since");
		expect(recoveredText(12, 1_200)).to.equal("12 of 1,200 recovered since");
	});

	it("says nothing of a release before without devices", () => {
		expect(beforeSentence("3.4.6", proportion(7, 420))).to.equal("3.4.6: 7 of 420 (1.7 %).");
		expect(beforeSentence("3.4.6", proportion(0, 0))).to.equal("");
	});
});
