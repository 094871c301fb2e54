import { expect } from "chai";
import { ACTIONS } from "../../../functions/src/events/actions.ts";
import { exitedAt, isCrash } from "../../../functions/src/events/crashes.ts";

describe("isCrash", () => {
	it("takes crashes and hangs for crashes, and nothing else that has no importance", () => {
		const crashes = Object.keys(ACTIONS).filter((action) => isCrash({ action }));
		expect(crashes).to.have.members(["app_crash", "app_crash_native", "app_anr"]);
	});

	const importances = {
		"100": true,
		"125": true,
		"200": true,
		"201": false,
		"230": false,
		"400": false,
		"": false,
		x: false,
		"-1": false,
	};
	for (const [exit_importance, expected] of Object.entries(importances)) {
		it(`takes an end for want of memory at importance ${JSON.stringify(exit_importance)} for ${expected ? "a" : "no"} crash`, () => {
			expect(isCrash({ action: "app_killed_low_memory", metadata: { exit_importance } })).to.equal(expected);
			expect(isCrash({ action: "app_killed_excessive_resource_usage", metadata: { exit_importance } })).to.equal(false);
		});
	}
});

describe("exitedAt", () => {
	it("is the time of the exit that Android reports, in milliseconds", () => {
		expect(exitedAt({ metadata: { exit_timestamp: "1795409300123" } })).to.equal(1_795_409_300_123);
	});

	for (const metadata of [
		undefined,
		{},
		{ exit_timestamp: "" },
		{ exit_timestamp: "yesterday" },
		{ exit_timestamp: "1e3" },
	]) {
		it(`is unknown where the metadata are ${JSON.stringify(metadata)}`, () => {
			expect(exitedAt({ metadata })).to.equal(undefined);
		});
	}
});
