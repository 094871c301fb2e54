import { expect } from "chai";
import {
	type CountedTrait,
	judgeTraits,
	MAX_VALUES,
	pairsOf,
	type Trait,
	traitName,
	traitsOf,
} from "../../../metrics/breakdowns.ts";
import { Random } from "../../../scripts/fleet/random.ts";

const ANDROID_9: Trait = { field: "version_os", told: { platform: "android", version_os: "9" } };
const OLD_BUILD: Trait = { field: "version_build", told: { version_build: "3.3.2" } };

describe("where a release fails", () => {
	it("names what stands out first, with its devices and those elsewhere", () => {
		const { traits } = judgeTraits(
			[
				trait("platform", "android", 14, 295),
				trait("platform", "ios", 1, 120),
				{ trait: ANDROID_9, failures: 12, devices: 16 },
				{ trait: OLD_BUILD, failures: 12, devices: 15 },
				trait("version_build", "4.0.0", 3, 400),
				trait("plugin_version", "8.51.23", 15, 415),
			],
			{ failures: 15, devices: 415 },
		);
		expect(traits.map(({ trait }) => traitName(trait)).slice(0, 2)).to.deep.equal(["native build 3.3.2", "Android 9"]);
		expect(traits.filter(({ standsOut }) => standsOut)).to.have.length(2);
		expect(traits[0]?.elsewhere).to.include({ failures: 3, devices: 400 });
	});

	it("looks at what stands out together, not at a platform beside its own version", () => {
		const breakdown = judgeTraits(
			[
				trait("platform", "android", 60, 300),
				{ trait: ANDROID_9, failures: 50, devices: 60 },
				{ trait: OLD_BUILD, failures: 50, devices: 55 },
			],
			{ failures: 60, devices: 1_000 },
		);
		expect(breakdown.traits.every(({ standsOut }) => standsOut)).to.equal(true);
		expect(pairsOf(breakdown)).to.deep.equal([[ANDROID_9, OLD_BUILD]]);
	});

	it("does not take for a finding what chance brings when forty values are looked at", () => {
		const random = new Random("breakdowns");
		let told = 0;
		for (let round = 0; round < 300; round += 1) {
			const failed = Array.from({ length: 400 }, () => random.chance(0.05));
			const all = { failures: failed.filter(Boolean).length, devices: failed.length };
			const traits = Array.from({ length: 40 }, (_, index): CountedTrait => {
				const of = failed.filter(() => random.chance(0.2));
				return trait("version_build", String(index), of.filter(Boolean).length, of.length);
			});
			if (judgeTraits(traits, all).traits.some(({ standsOut }) => standsOut)) told += 1;
		}
		expect(told).to.be.at.most(9);
	});

	it("needs three devices", () => {
		const all = { failures: 2, devices: 100_000 };
		const { traits } = judgeTraits([trait("channel", "beta", 2, 2)], all);
		expect(traits[0]?.standsOut).to.equal(false);
	});

	it("holds counts that were taken while devices reported within their whole", () => {
		const { traits, all } = judgeTraits([trait("channel", "beta", 12, 120)], { failures: 10, devices: 100 });
		expect(all).to.include({ failures: 10, devices: 100 });
		expect(traits[0]?.share).to.include({ failures: 10, devices: 100 });
	});

	it("looks at an OS version of one platform, and at the most frequent values alone", () => {
		const builds = Array.from({ length: 20 }, (_, index) => ({ platform: "ios", version_build: `1.${index}` }));
		const traits = traitsOf(
			[{ platform: "android", version_os: "9", channel: null }],
			[{ platform: "ios", version_os: "9" }, ...builds, ...builds.slice(12)],
		);
		const named = (field: string) => traits.filter((found) => found.field === field).map(traitName);
		expect(named("version_os")).to.deep.equal(["Android 9", "iOS 9"]);
		expect(named("version_build")).to.have.length(MAX_VALUES).and.include("native build 1.19");
		expect(named("channel")).to.deep.equal([]);
	});
});

function trait(field: Trait["field"], value: string, failures: number, devices: number): CountedTrait {
	return { trait: { field, told: { [field]: value } }, failures, devices };
}
