import { expect } from "chai";
import { isAuthorized, presentedSecrets } from "../../../functions/src/http/authorization.ts";

describe("presentedSecrets", () => {
	const inUrl = (url: string) => presentedSecrets({ url, headers: {} });

	it("reads the query's parameter, else the header", () => {
		expect(inUrl("/?secret=s3cret")).to.include("s3cret");
		expect(inUrl("/stats?a=b&secret=s3cret&c=d")).to.include("s3cret");
		expect(presentedSecrets({ url: "/", headers: { "x-stats-secret": "a+b c" } })).to.deep.equal(["a+b c"]);
		expect(presentedSecrets({ url: "/?secret=x", headers: { "x-stats-secret": "y" } })).not.to.include("y");
	});

	it("finds none where none is given, or two are", () => {
		for (const url of ["", "/", "/?", "/?other=x", "/?secret=a&secret=a"]) {
			expect(inUrl(url), url).to.deep.equal([]);
		}
	});

	for (const [query, secret] of [
		["a+b", "a+b"],
		["a+b", "a b"],
		["a%2Bb", "a+b"],
		["a%20b", "a b"],
		["a%20b+c", "a b+c"],
		["+", "+"],
		["q+/4=", "q+/4="],
		["100%", "100%"],
	] as const) {
		it(`reads ${query} as ${JSON.stringify(secret)}`, () => {
			expect(inUrl(`/?secret=${query}`)).to.include(secret);
		});
	}
});

describe("isAuthorized", () => {
	const secrets = new Set(["new", "old"]);

	it("takes any of the valid secrets, in any of its readings, and nothing else", () => {
		for (const presented of [["new"], ["old"], ["x", "new"]]) {
			expect(isAuthorized(presented, secrets)).to.equal(true);
		}
		for (const presented of [[], [""], ["ne"], ["new "], ["x", "y"]]) {
			expect(isAuthorized(presented, secrets)).to.equal(false);
		}
	});

	it("lets everybody in where there is no secret", () => {
		expect(isAuthorized([], new Set())).to.equal(true);
	});
});
