import { expect } from "chai";
import { functionsRegion } from "../../../scripts/deploy/functionsRegion.ts";

describe("where the functions run", () => {
	for (const [location, region] of [
		["europe-west3", "europe-west3"],
		["nam5", "us-central1"],
		["nam7", "us-central1"],
		["eur3", "europe-west1"],
	] as const) {
		it(`is ${region} for a database in ${location}`, () => {
			expect(functionsRegion(location, undefined)).to.deep.equal({ region });
			expect(functionsRegion(location, region)).to.deep.equal({ region });
		});
	}

	it("may be each region that holds a multi-region's data", () => {
		expect(functionsRegion("eur3", "europe-west4")).to.deep.equal({ region: "europe-west4" });
		expect(functionsRegion("nam7", "us-east4")).to.deep.equal({ region: "us-east4" });
	});

	it("is nowhere else", () => {
		expect(functionsRegion("europe-west1", "us-central1")).to.deep.equal({
			problem: "the functions would run in us-central1, the database is in europe-west1",
		});
		expect(functionsRegion("eur3", "us-central1")).to.have.property("problem");
		expect(functionsRegion("us-central1", "")).to.have.property("problem");
	});
});
