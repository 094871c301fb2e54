import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { BLOCK, BLOCKS, DOCUMENTS, withFigures } from "../../../bench/figureBlocks.ts";
import { readLastRun } from "../../../bench/lastRun.ts";
import { ROOT } from "../../../scripts/cli/steps.ts";

const ofDocument = (document: string) => readFileSync(path.join(ROOT, document), "utf8");

describe("the benchmark's figures in the documents", () => {
	for (const document of DOCUMENTS) {
		it(`are those of the last run in ${document}`, async () => {
			const markdown = ofDocument(document);
			expect(withFigures(markdown, await readLastRun()), "run npm run figures").to.equal(markdown);
		});
	}

	it("stand somewhere, each", () => {
		const found = DOCUMENTS.flatMap((document) => [...ofDocument(document).matchAll(BLOCK)].map(([, , name]) => name));
		expect(found).to.have.members(Object.keys(BLOCKS));
	});

	it("change with the run", async () => {
		const { counting, ...others } = await readLastRun();
		if (!counting) throw new Error("The last run has no figures of counting.");
		const faster = counting.figures.map((figure) => ({ ...figure, values: figure.values.map((value) => 7 * value) }));
		const markdown = ofDocument("docs/benchmarks.md");
		expect(withFigures(markdown, { ...others, counting: { ...counting, figures: faster } })).not.to.equal(markdown);
	});

	it("are of a known name", () => {
		expect(() => withFigures("<!-- figures: speed -->\n<!-- /figures -->\n", {})).to.throw('no figures "speed"');
	});
});
