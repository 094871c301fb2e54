import { expect } from "chai";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { PLUGIN_MIXES } from "../../../scripts/fleet/device.ts";
import { fleetArguments, readOptions, USAGE } from "../../../scripts/fleet/options.ts";
import { RELEASE_PLANS } from "../../../scripts/fleet/releases.ts";

const CLOCK = Date.parse("2026-11-25T12:00:00Z");

describe("the options of simulate", () => {
	it("has defaults for a suite on its standard ports", () => {
		expect(readOptions([], CLOCK)).to.deep.equal({
			url: "http://127.0.0.1:5001/demo-statistics/us-central1/stats",
			secret: undefined,
			appId: "com.example.shop",
			devices: 100,
			seed: 1,
			days: 7,
			now: CLOCK,
			release: "repaired",
			releases: RELEASE_PLANS.repaired,
			pluginMix: "mixed",
			plugins: PLUGIN_MIXES.mixed,
			resentShare: 0.05,
			rate: 20,
			concurrency: 8,
			asJson: false,
		});
	});

	it("reads each option", () => {
		const args =
			"--url https://stats.example.com/x --secret s --app a.b --devices 3 --seed 9 --days 28 --now 2026-11-25T11:00:00Z " +
			"--release bad --plugins newest --resend 50 --rate 7 --concurrency 1 --json";
		expect(readOptions(args.split(" "), CLOCK)).to.deep.equal({
			url: "https://stats.example.com/x",
			secret: "s",
			appId: "a.b",
			devices: 3,
			seed: 9,
			days: 28,
			now: CLOCK - 3_600_000,
			release: "bad",
			releases: RELEASE_PLANS.bad,
			pluginMix: "newest",
			plugins: PLUGIN_MIXES.newest,
			resentShare: 0.5,
			rate: 7,
			concurrency: 1,
			asJson: true,
		});
	});

	it("names each kind of releases and of plugins in its help", () => {
		for (const kind of [...Object.keys(RELEASE_PLANS), ...Object.keys(PLUGIN_MIXES)]) {
			expect(USAGE).to.match(new RegExp(`^ {21}${kind} +\\S`, "m"));
		}
	});

	it("gives the arguments that make the same fleet again", () => {
		for (const args of ["", "--release late --plugins singles --devices 3 --seed 9 --days 28 --resend 50"]) {
			const options = readOptions(args.split(" ").filter(Boolean), CLOCK);
			if (!options) throw new Error("It printed its help.");
			const given = Object.entries(fleetArguments(options)).filter(([, value]) => value !== undefined);
			const again = given.flatMap(([name, value]) => [`--${name}`, String(value)]);
			expect(readOptions(again, CLOCK + 60_000)).to.deep.equal(options);
		}
	});

	it("knows when it is asked for help", () => {
		expect(readOptions(["--help"], CLOCK)).to.equal(undefined);
	});

	for (const [args, message] of [
		["--devices 0", "--devices is 0: give a whole number from 1 to 100000."],
		["--devices 1.5", "--devices is 1.5"],
		["--rate fast", "--rate is fast"],
		["--days 30", "--days is 30: give a whole number from 1 to 29."],
		["--resend 101", "--resend is 101"],
		["--url stats.example.com", "--url is stats.example.com: give the http or https address"],
		["--now yesterday", "--now is yesterday: give a time from 2026-11-03T12:00:00.000Z to 2026-11-25T13:00:00.000Z"],
		["--now 2026-11-03T11:59:59Z", "--now is 2026-11-03T11:59:59Z"],
		["--release worse", "--release is worse: give one of repaired, good, bad, "],
		["--plugins constructor", "--plugins is constructor: give one of mixed, newest, singles."],
		["--speed 9", "'--speed'"],
	] as const) {
		it(`explains what is wrong with ${args}`, () => {
			expect(() => readOptions(args.split(" "), CLOCK)).to.throw(ExplainedError, message);
		});
	}
});
