import { expect } from "chai";
import { toCsv } from "../../../metrics/csv.ts";

describe("CSV", () => {
	it("has a header and a line for each row", () => {
		expect(toCsv(["a", "b"], [[1, true]])).to.equal("a,b\r\n1,true\r\n");
	});

	it("leaves what is missing empty", () => {
		expect(toCsv(["a", "b", "c"], [[null, undefined, 0]])).to.equal("a,b,c\r\n,,0\r\n");
	});

	it("quotes what would break a line or a cell", () => {
		expect(toCsv(["a"], [['say "hi"'], ["x,y"], ["1\n2"]])).to.equal('a\r\n"say ""hi"""\r\n"x,y"\r\n"1\n2"\r\n');
	});

	it("keeps a spreadsheet from running text as a formula, but leaves numbers alone", () => {
		const rows = [["=1+1"], ["+1"], ["-1"], ["@SUM(A1)"], ["\tx"], [-1]];
		expect(toCsv(["a"], rows).split("\r\n").slice(1, -1)).to.deep.equal([
			"'=1+1",
			"'+1",
			"'-1",
			"'@SUM(A1)",
			"'\tx",
			"-1",
		]);
	});
});
