import { expect } from "chai";
import type { DayDocument } from "../../../metrics/documents.ts";
import { daysAroundOnset, hoursBetween, onsetOf, outcomeOf } from "../../../metrics/releaseOnset.ts";
import { Random } from "../../../scripts/fleet/random.ts";

const NOON = Date.parse("2026-03-14T12:00:00Z");
const HOUR_MS = 3_600_000;

describe("when failures began", () => {
	it("is the hour that parts the well ones from those that fail", () => {
		const hours = hoursOf(24, (hour) => ({ tried: 10, failed: hour >= 14 ? 8 : 0 }));
		const onset = onsetOf(hours, "updates");
		expect(onset?.at).to.equal(hours[14]?.at);
		expect(onset?.since).to.include({ failures: 80, devices: 100 });
		expect(onset?.before).to.include({ failures: 0, devices: 140 });
	});

	it("is told for crashes by the devices that ran it", () => {
		const hours = hoursOf(12, (hour) => ({ tried: 50, ran: 20, crashed: hour >= 9 ? 10 : 1 }));
		expect(onsetOf(hours, "crashes")?.at).to.equal(hours[9]?.at);
	});

	it("is no hour where it fails from the beginning", () => {
		expect(
			onsetOf(
				hoursOf(24, () => ({ tried: 10, failed: 8 })),
				"updates",
			),
		).to.equal(null);
	});

	it("is no hour that chance made look like one", () => {
		let told = 0;
		for (let round = 0; round < 300; round += 1) {
			const random = new Random(`onset/${round}`);
			const hours = hoursOf(72, () => {
				const tried = random.integer(0, 12);
				return { tried, failed: Array.from({ length: tried }).filter(() => random.chance(0.3)).length };
			});
			if (onsetOf(hours, "updates") !== null) told += 1;
		}
		expect(told).to.be.at.most(6);
	});

	it("takes devices that tried in the hour before for those of the hour in which they failed", () => {
		const hours = hoursOf(4, (hour) => (hour === 3 ? { failed: 9 } : { tried: 30 }));
		expect(onsetOf(hours, "updates")?.since).to.include({ failures: 9, devices: 9 });
	});

	it("is looked for on the day that is told, and on those beside it", () => {
		expect(daysAroundOnset("2026-03-01")).to.deep.equal(["2026-02-28", "2026-03-01", "2026-03-02"]);
	});
});

describe("hours", () => {
	it("go from one moment to another, over midnight, those without events too", () => {
		const days = new Map<string, DayDocument | null>([
			["2026-03-14", { day: "2026-03-14", hours: { "23": { tried: 4 } } }],
			["2026-03-15", null],
		]);
		const hours = hoursBetween(days, NOON + 10.5 * HOUR_MS, NOON + 12 * HOUR_MS);
		expect(hours.map(({ at }) => new Date(at).toISOString().slice(11, 13))).to.deep.equal(["22", "23", "00"]);
		expect(hours.map(({ devices }) => devices)).to.deep.equal([{}, { tried: 4 }, {}]);
	});

	it("stand on each other without exceeding what tried", () => {
		expect(outcomeOf({ tried: 10, failed: 3, crashed: 2 })).to.deep.equal({
			failed: 3,
			crashed: 2,
			downloadFailed: 0,
			untroubled: 5,
		});
		expect(outcomeOf({ tried: 1, failed: 3 }).untroubled).to.equal(0);
	});
});

function hoursOf(count: number, devices: (hour: number) => object) {
	return Array.from({ length: count }, (_, hour) => ({ at: NOON + hour * HOUR_MS, devices: devices(hour) }));
}
