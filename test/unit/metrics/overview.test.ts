import { expect } from "chai";
import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import type { DayCounts } from "../../../functions/src/releases/cohorts.ts";
import { judgeRelease } from "../../../functions/src/releases/judgeRelease.ts";
import { DEFAULT_LIMITS } from "../../../functions/src/releases/limits.ts";
import { sumOfDevices } from "../../../functions/src/releases/productionDevices.ts";
import type { VerdictDocument, VersionDocument } from "../../../metrics/documents.ts";
import { badWithoutDevices, foundRows, type OverviewInput, overviewRows, sortRows } from "../../../metrics/overview.ts";

const NOW = Date.parse("2026-03-14T12:00:00Z");
const DAYS = ["2026-03-12", "2026-03-13", "2026-03-14"];

describe("overview", () => {
	it("says of a judged release what the schedule wrote down, with the counters of now", () => {
		const verdict = verdictOn("3.4.7", { "2026-03-13": { tried: 170, downloaded: 170, ran: 160, failed: 40 } });
		const counters = countersOf("3.4.7", { tried: 180, downloaded: 175, ran: 165, failed: 45, crashed: 2 });
		const [row] = rowsOf({ verdicts: [verdict], counters: [counters], active: { "3.4.7": 90 } }).releases;
		expect(row).to.include({ verdict: "failing", since: "2026-03-13", sentence: verdict.sentence, activeDevices: 90 });
		expect(row?.failed).to.include({ failures: 45, devices: 180, share: 0.25 });
		expect(row?.crashed).to.include({ failures: 2, devices: 165 });
		expect(row?.missing).to.include({ failures: 5, devices: 180 });
		expect(row?.lastEventAt).to.equal(NOW);
	});

	it("has each day of the trend, those without devices too", () => {
		const verdict = verdictOn("3.4.7", { "2026-03-13": { tried: 170, failed: 15 } });
		const [row] = rowsOf({ verdicts: [verdict] }).releases;
		expect(row?.trend).to.deep.equal([
			{ day: "2026-03-12", tried: 0, failed: 0, crashed: 0 },
			{ day: "2026-03-13", tried: 170, failed: 15, crashed: 0 },
			{ day: "2026-03-14", tried: 0, failed: 0, crashed: 0 },
		]);
	});

	it("says of a bad release how its newest devices did, by what it is bad by", () => {
		const verdict = verdictOn("3.4.7", {
			"2026-03-13": { tried: 170, downloaded: 170, ran: 160, failed: 40, recovered: 40 },
			"2026-03-12": { tried: 100, downloaded: 100, failed: 90 },
			"2026-03-14": {},
		});
		const [row] = rowsOf({ verdicts: [verdict] }).releases;
		expect(row?.newest).to.deep.equal({ day: "2026-03-13", failures: 40, devices: 170, areAll: false });
		const late = verdictOn("3.4.6", { "2026-03-12": { tried: 1_000, downloaded: 100, installed: 100 } });
		expect(late).to.include({ verdict: "failing", family: "downloads" });
		expect(rowsOf({ verdicts: [late] }).releases[0]?.newest).to.equal(null);
	});

	it("knows the bad releases of these days that no device runs", () => {
		const bad = { tried: 60, downloaded: 60, failed: 60 };
		const verdicts = [
			verdictOn("3.4.9", { "2026-03-14": bad }),
			verdictOn("3.4.8", { "2026-03-13": bad }),
			verdictOn("3.4.7", { "2026-03-12": { tried: 60, downloaded: 60 } }),
			verdictOn("3.4.6", { "2026-01-12": bad }),
		];
		const active = { "3.4.9": 4, "3.4.8": 0, "3.4.7": 0, "3.4.6": 0 };
		const { releases } = rowsOf({ verdicts, active });
		expect(badWithoutDevices(releases).map(({ version }) => version)).to.deep.equal(["3.4.8"]);
	});

	describe("points at where a release fails that isn't bad as a whole", () => {
		const notableOf = (verdict: VerdictDocument) => rowsOf({ verdicts: [verdict] }).releases[0]?.notable;
		const tried = (devices: number, more: Partial<DeviceCounts> = {}) => ({
			tried: devices,
			downloaded: devices,
			installed: devices,
			ran: devices,
			...more,
		});

		it("as long as it is too early, from three devices on, and not when its rollout is over", () => {
			const narrow = verdictOn("3.4.7", { "2026-03-14": tried(415, { failed: 15 }) });
			expect(narrow.verdict).to.equal("too early");
			expect(notableOf(narrow)).to.deep.equal({ flag: "failed", devices: 15, isUnusual: false });
			expect(notableOf(verdictOn("3.4.7", { "2026-03-14": tried(40, { failed: 2 }) }))).to.equal(null);
			expect(notableOf(verdictOn("3.4.7", { "2026-03-10": tried(415, { failed: 15 }) }))).to.equal(null);
		});

		it("of a healthy one where it fails more often than the release before, and of a bad one never", () => {
			const cohorts = { "2026-03-14": tried(4_000, { failed: 60, crashed: 40 }) };
			const comparedTo = (failed: number) =>
				verdictOn("3.4.7", cohorts, [{ day: "2026-03-01", devices: tried(20_000, { failed, crashed: failed }) }]);
			expect(comparedTo(180)).to.include({ verdict: "healthy" });
			expect(notableOf(comparedTo(180))).to.deep.equal({ flag: "failed", devices: 60, isUnusual: true });
			expect(notableOf(comparedTo(240))).to.equal(null);
			expect(notableOf(verdictOn("3.4.7", cohorts))).to.equal(null);
			expect(comparedTo(20)).to.include({ verdict: "worse" });
			expect(notableOf(comparedTo(20))).to.equal(null);
		});
	});

	it("knows whether a release's rollout is over", () => {
		const verdicts = ["2026-03-10", "2026-03-14"].map((day, index) =>
			verdictOn(`3.4.${index}`, { [day]: { tried: 9 } }),
		);
		const { releases } = rowsOf({ verdicts });
		expect(releases.map(({ version, isOver }) => [version, isOver])).to.deep.equal([
			["3.4.1", false],
			["3.4.0", true],
		]);
	});

	it("tells what isn't known yet from what is 0", () => {
		const verdict = verdictOn("3.4.7", { "2026-03-13": { tried: 170, failed: 15 } });
		const [row] = rowsOf({ verdicts: [verdict] }).releases;
		expect(row).to.include({ activeDevices: null, lastEventAt: undefined });
		expect(row?.failed).to.include({ failures: 15, devices: 170 });
		expect(row?.crashed.share).to.equal(null);
		const [counted] = rowsOf({ verdicts: [verdict], counters: [{ version_name: "3.4.7" }] }).releases;
		expect(counted?.lastEventAt).to.equal(null);
	});

	it("shows a release that no schedule has judged, with its figures", () => {
		const counters = countersOf("3.4.8", { tried: 170, downloaded: 170, failed: 15 });
		const { releases } = rowsOf({ counters: [counters], others: { "3.4.8": null } });
		expect(releases).to.have.length(1);
		expect(releases[0]).to.include({ version: "3.4.8", verdict: null, trend: null });
		expect(releases[0]?.sentence).to.equal("15 of 170 devices failed (8.8 %, likely 5 – 14 %).");
	});

	it("doesn't call a release unjudged before it knows that, nor one that stands on a later page", () => {
		const counters = countersOf("1.0.0", { tried: 170, downloaded: 170, failed: 15 });
		const verdict = verdictOn("1.0.0", { "2026-01-01": { tried: 170, failed: 15 } });
		expect(rowsOf({ counters: [counters] })).to.deep.include({ releases: [], rare: [] });
		expect(rowsOf({ counters: [counters], others: { "1.0.0": verdict } })).to.deep.include({ releases: [], rare: [] });
	});

	it("keeps versions of single devices from pushing releases away", () => {
		const madeUp = Array.from({ length: 500 }, (_, index) => countersOf(`9.9.${index}`, { tried: 1 }));
		const others = Object.fromEntries(madeUp.map(({ version_name }) => [version_name, null]));
		const verdict = verdictOn("3.4.7", { "2026-03-13": { tried: 170 } });
		const { releases, rare } = rowsOf({ verdicts: [verdict], counters: madeUp, others });
		expect(releases.map(({ version }) => version)).to.deep.equal(["3.4.7"]);
		expect(rare).to.have.length(500);
	});

	it("keeps what is no release apart, and says why it isn't judged", () => {
		const counters = [
			countersOf("builtin", { tried: 900, ran: 900 }),
			countersOf("other", { tried: 400, installed: 400 }),
			countersOf("unknown", { tried: 60, failed: 58, download_failed: 2 }),
		];
		const { releases, apart } = rowsOf({ counters, others: { builtin: null, unknown: null, other: null } });
		expect(releases).to.deep.equal([]);
		expect(apart.map(({ version }) => version)).to.deep.equal(["builtin", "unknown", "other"]);
		expect(apart[1]?.sentence).to.equal("An update that isn't named failed on 58 devices; its download on 2.");
	});

	it("leaves out what is hidden", () => {
		const verdict = verdictOn("3.4.7", { "2026-03-13": { tried: 170 } });
		const counters = [
			{ ...countersOf("3.4.7", { tried: 170 }), hidden: true },
			{ ...countersOf("3.4.8", { tried: 170 }), hidden: true },
		];
		expect(rowsOf({ verdicts: [verdict], counters, others: { "3.4.8": null } }).releases).to.deep.equal([]);
		expect(foundRows(["3.4.7"], inputOf({ verdicts: [verdict], counters }))).to.deep.equal([]);
	});

	it("counts development builds when asked to, and never for the rule of three devices", () => {
		const counters = { ...countersOf("3.4.8", { tried: 40, failed: 4 }), dev_devices: { tried: 38, failed: 3 } };
		const given = { counters: [counters], others: { "3.4.8": null } };
		expect(rowsOf(given).rare[0]?.failed).to.include({ failures: 1, devices: 2 });
		const all = overviewRows({ ...inputOf(given), audience: "all" });
		expect(all.releases).to.deep.equal([]);
		expect(all.rare[0]?.failed).to.include({ failures: 4, devices: 40 });
	});

	describe("order", () => {
		const verdicts = ["3.4.9", "3.4.10", "3.5.0"].map((version, index) =>
			verdictOn(version, { [index === 2 ? "2026-03-14" : "2026-03-12"]: { tried: 100 - index, installed: 1 } }),
		);

		it("is by first install, newest first; of one day by name, as people count", () => {
			const { releases } = rowsOf({ verdicts });
			expect(releases.map(({ version }) => version)).to.deep.equal(["3.5.0", "3.4.10", "3.4.9"]);
		});

		it("is by any column, either way; what is equal stays as it was, what is unknown comes last", () => {
			const { releases } = rowsOf({ verdicts, active: { "3.4.9": 5, "3.4.10": 7 } });
			const order = (by: Parameters<typeof sortRows>[1], isAscending: boolean) =>
				sortRows(releases, by, isAscending).map(({ version }) => version);
			expect(order("adoption", false)).to.deep.equal(["3.4.10", "3.4.9", "3.5.0"]);
			expect(order("adoption", true)).to.deep.equal(["3.4.9", "3.4.10", "3.5.0"]);
			expect(order("trend", true)).to.deep.equal(["3.5.0", "3.4.10", "3.4.9"]);
			expect(order("failed", true)).to.deep.equal(["3.5.0", "3.4.10", "3.4.9"]);
			expect(order("release", true)).to.deep.equal(["3.4.9", "3.4.10", "3.5.0"]);
		});
	});
});

type Given = {
	readonly verdicts?: readonly VerdictDocument[];
	readonly others?: Readonly<Record<string, VerdictDocument | null>>;
	readonly counters?: readonly VersionDocument[];
	readonly active?: Readonly<Record<string, number>>;
};

function inputOf({ verdicts = [], others = {}, counters = [], active = {} }: Given): OverviewInput {
	return {
		verdicts,
		otherVerdicts: new Map(Object.entries(others)),
		counters: new Map(counters.map((document) => [document.version_name, document])),
		active: new Map(Object.entries(active)),
		audience: "production",
		days: DAYS,
	};
}

function rowsOf(given: Given) {
	return overviewRows(inputOf(given));
}

function countersOf(version: string, devices: Partial<DeviceCounts>): VersionDocument {
	return { version_name: version, devices, first_event_at: moment(NOW), last_event_at: moment(NOW) };
}

function verdictOn(
	version: string,
	cohorts: Readonly<Record<string, Partial<DeviceCounts>>>,
	daysBefore?: readonly DayCounts[],
): VerdictDocument {
	const days = Object.entries(cohorts).map(([day, devices]) => ({ day, devices }));
	const [first] = days;
	return {
		...judgeRelease({
			days,
			before: daysBefore ? { version: "3.4.6", days: daysBefore } : null,
			limits: { ...DEFAULT_LIMITS },
			now: NOW,
		}),
		version_name: version,
		cohorts,
		devices: sumOfDevices(Object.values(cohorts)),
		appeared_on: first?.day ?? "",
		first_installed_on: (first?.devices.installed ?? 0) > 0 ? (first?.day ?? null) : null,
		judged_at: moment(NOW),
	};
}

function moment(at: number) {
	return { toMillis: () => at };
}
