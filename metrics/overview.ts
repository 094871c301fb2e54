import type { DeviceCounts } from "../functions/src/devices/flags.ts";
import { OTHER_VERSION, UNKNOWN_VERSION } from "../functions/src/events/bundleVersion.ts";
import { utcDay } from "../functions/src/events/eventTime.ts";
import { type Cohort, cohortsOf, type DayCounts } from "../functions/src/releases/cohorts.ts";
import { LEAST_FAILED_DEVICES } from "../functions/src/releases/evidence.ts";
import type { Verdict } from "../functions/src/releases/judgeRate.ts";
import type { Family } from "../functions/src/releases/judgeRelease.ts";
import { allDevices, productionDevices } from "../functions/src/releases/productionDevices.ts";
import { type Proportion, proportion } from "../functions/src/releases/proportion.ts";
import { BUILTIN_VERSION, isRelease } from "../functions/src/releases/releaseBefore.ts";
import { findingSentence } from "../functions/src/releases/sentence.ts";
import { isBad } from "../functions/src/releases/standingVerdict.ts";
import type { Audience } from "./definitions.ts";
import type { VerdictDocument, VersionDocument } from "./documents.ts";
import { unjudgedSentence } from "./releaseReport.ts";
import { isRolloutOver } from "./verdictWords.ts";

/** A day of a row's trend. */
export type TriedDay = {
	/** `YYYY-MM-DD` */
	readonly day: string;
	/** Production devices that tried the release on that day first, and those of them on which it failed or crashed. */
	readonly tried: number;
	readonly failed: number;
	readonly crashed: number;
};

/** Failures of a release that isn't bad as a whole, and may be on a few kinds of device. */
export type Notable = {
	readonly flag: "failed" | "crashed";
	readonly devices: number;
	/** Whether they are more than those of the release before; else nothing is known of the release yet. */
	readonly isUnusual: boolean;
};

/** A bad release's devices of the newest day with some. */
export type NewestDevices = Cohort & {
	/** Whether it has no others: then its sentence says the same. */
	readonly areAll: boolean;
};

/** A version as the overview shows it. What isn't known yet is null. */
export type OverviewRow = {
	readonly version: string;
	/** The verdict that the schedule wrote down. */
	readonly verdict: Verdict | null;
	readonly family: Family | null;
	/** The UTC day since when it is bad. */
	readonly since: string | null;
	/** The verdict, or why there is none, in a sentence for people. */
	readonly sentence: string;
	readonly judgedAt: number | null;
	/** Whether its rollout is over: then it isn't too early for a verdict, there were too few devices. */
	readonly isOver: boolean;
	/** Of a bad release, the devices of the newest day on which one tried it: whether it goes on. Null of all others. */
	readonly newest: NewestDevices | null;
	/** Null where nothing calls for a look at where it fails. */
	readonly notable: Notable | null;
	/** Devices of the audience, from the version's counters. */
	readonly devices: DeviceCounts;
	/** Those on which it failed, of those that tried it; those on which it crashed, of those that ran it. */
	readonly failed: Proportion;
	readonly crashed: Proportion;
	/** Those that tried it and don't have the bundle, of those that tried it. */
	readonly missing: Proportion;
	readonly activeDevices: number | null;
	/** The last days, oldest first; null until it was judged. */
	readonly trend: readonly TriedDay[] | null;
	/** The UTC day on which a device that installed it tried it first; of one that none installed, when it appeared. */
	readonly appearedOn: string | null;
	readonly isInstalled: boolean;
	readonly failedChecks: number;
	/** When its newest event was counted; null where none was, undefined until that is known. */
	readonly lastEventAt: number | null | undefined;
};

/** What the overview is made of. */
export type OverviewInput = {
	/** The newest releases that were judged. */
	readonly verdicts: readonly VerdictDocument[];
	/** Verdicts on other versions whose counters are at hand: those tell which of them are listed elsewhere. */
	readonly otherVerdicts: ReadonlyMap<string, VerdictDocument | null>;
	/** Counters of versions, by name; null where there are none. */
	readonly counters: ReadonlyMap<string, VersionDocument | null>;
	/** Active devices, by version. */
	readonly active: ReadonlyMap<string, number>;
	readonly audience: Audience;
	/** The UTC days of the trend, oldest first. */
	readonly days: readonly string[];
};

/** The rows of the overview, newest release first. */
export type OverviewRows = {
	readonly releases: readonly OverviewRow[];
	/** What came with the app, updates that aren't named, and versions beyond the new ones of a day: none is judged. */
	readonly apart: readonly OverviewRow[];
	/** Versions that fewer than three production devices tried: a tester's, or made up. */
	readonly rare: readonly OverviewRow[];
};

/** Names of what is counted as a version and is no release. */
export const APART = [BUILTIN_VERSION, UNKNOWN_VERSION, OTHER_VERSION] as const;

/** Arranges what was read of an app's versions. It reads nothing, and says of nothing that it is 0 before that is known. */
export function overviewRows(input: OverviewInput): OverviewRows {
	const judged = new Map(input.verdicts.map((verdict) => [verdict.version_name, verdict]));
	const unlisted = [...input.counters.values()].flatMap((counters) => {
		if (counters === null || counters.hidden || !isRelease(counters.version_name)) return [];
		return isListed(counters.version_name, judged, input.otherVerdicts) ? [] : [counters];
	});
	const isRare = (counters: VersionDocument) => productionDevices(counters).tried < LEAST_FAILED_DEVICES;
	const unlistedRow = ({ version_name }: VersionDocument) =>
		rowOf(version_name, input.otherVerdicts.get(version_name) ?? null, input);
	const visible = input.verdicts.filter(({ version_name }) => !input.counters.get(version_name)?.hidden);
	return {
		releases: [
			...visible.map((verdict) => rowOf(verdict.version_name, verdict, input)),
			...unlisted.filter((counters) => !isRare(counters)).map(unlistedRow),
		].toSorted(byAppearance),
		apart: APART.flatMap((version) => (input.counters.get(version) ? [rowOf(version, null, input)] : [])),
		rare: unlisted
			.filter((counters) => isRare(counters) && devicesOf(counters, input.audience).tried > 0)
			.map(unlistedRow)
			.toSorted(byAppearance),
	};
}

/** The rows of versions that were looked for, newest first. */
export function foundRows(versions: readonly string[], input: OverviewInput): readonly OverviewRow[] {
	const judged = new Map(input.verdicts.map((verdict) => [verdict.version_name, verdict]));
	return versions
		.filter((version) => !input.counters.get(version)?.hidden)
		.map((version) => rowOf(version, judged.get(version) ?? input.otherVerdicts.get(version) ?? null, input))
		.toSorted(byAppearance);
}

/** Whether a version stands among the releases, on this page of them or on another; unknown ones are taken for listed. */
function isListed(
	version: string,
	judged: ReadonlyMap<string, VerdictDocument>,
	others: ReadonlyMap<string, VerdictDocument | null>,
): boolean {
	if (judged.has(version)) return true;
	const other = others.get(version);
	return other === undefined || other?.appeared_on !== undefined;
}

/** A version as a row, with the verdict on it where there is one. */
export function rowOf(
	version: string,
	verdict: VerdictDocument | null,
	{ counters: all, active, audience, days }: Pick<OverviewInput, "counters" | "active" | "audience" | "days">,
): OverviewRow {
	const counters = all.get(version);
	const devices = counters ? devicesOf(counters, audience) : (verdict?.devices ?? productionDevices({}));
	const firstEventAt = counters?.first_event_at?.toMillis();
	const rates = ratesOf(devices);
	const cohorts = Object.entries(verdict?.cohorts ?? {}).map(([day, ofDay]) => ({ day, devices: ofDay }));
	const today = days.at(-1);
	const isOver = today !== undefined && isRolloutOver(cohorts, today);
	return {
		version,
		verdict: verdict?.verdict ?? null,
		family: verdict?.family ?? null,
		since: verdict?.since ?? null,
		sentence: verdict?.sentence ?? sentenceBefore(version, devices),
		judgedAt: verdict?.judged_at.toMillis() ?? null,
		isOver,
		newest: verdict && newestOf(verdict, cohorts),
		notable: verdict && notableOf(verdict, rates, isOver),
		devices,
		...rates,
		activeDevices: active.get(version) ?? null,
		trend: verdict && days.map((day) => triedDay(day, verdict.cohorts[day])),
		appearedOn:
			verdict?.first_installed_on ?? verdict?.appeared_on ?? (firstEventAt === undefined ? null : utcDay(firstEventAt)),
		isInstalled: devices.installed > 0,
		failedChecks: counters?.failed_checks ?? 0,
		lastEventAt: counters === undefined ? undefined : (counters?.last_event_at?.toMillis() ?? null),
	};
}

/** The newest devices of a bad release, by what it is bad by. A bundle that is on its way for long is not seen on its first day. */
function newestOf({ family, rates }: VerdictDocument, days: readonly DayCounts[]): NewestDevices | null {
	if (family === null || (family === "downloads" && !isBad(rates.downloads.verdict))) return null;
	const cohorts = cohortsOf(days, family, 0);
	const newest = cohorts.at(-1);
	return newest === undefined ? null : { ...newest, areAll: cohorts.length === 1 };
}

/**
 * What a row points at though its verdict isn't bad: a release may be well as a whole and fail on all devices of one kind.
 * As long as nothing is known of it these are its failures; of a healthy one those that are more than the release before
 * had, as far as their intervals tell. It is a hint where to look, no verdict. Nobody acts on a release whose rollout is over.
 */
function notableOf(
	{ verdict, before }: VerdictDocument,
	rates: Pick<OverviewRow, "failed" | "crashed">,
	isOver: boolean,
): Notable | null {
	if (isBad(verdict) || isOver) return null;
	const notable = (flag: Notable["flag"], rateBefore: Proportion | undefined): Notable | null => {
		const { failures, low } = rates[flag];
		const isUnusual = low > (rateBefore?.high ?? 1);
		const isWorthALook = isUnusual || verdict === "too early";
		return failures >= LEAST_FAILED_DEVICES && isWorthALook ? { flag, devices: failures, isUnusual } : null;
	};
	return notable("failed", before?.rates.updates) ?? notable("crashed", before?.rates.crashes);
}

/** The rates of a row. Counters are read at different moments: a part may be ahead of its whole. */
function ratesOf(devices: DeviceCounts): Pick<OverviewRow, "failed" | "crashed" | "missing"> {
	const { tried, ran } = devices;
	return {
		failed: proportion(Math.min(devices.failed, tried), tried),
		crashed: proportion(Math.min(devices.crashed, ran), ran),
		missing: proportion(Math.max(0, tried - devices.downloaded), tried),
	};
}

function devicesOf(counters: VersionDocument, audience: Audience): DeviceCounts {
	return audience === "all" ? allDevices(counters) : productionDevices(counters);
}

function triedDay(day: string, devices: Partial<DeviceCounts> = {}): TriedDay {
	return { day, tried: devices.tried ?? 0, failed: devices.failed ?? 0, crashed: devices.crashed ?? 0 };
}

/** What there is to say of a version that has no verdict. */
function sentenceBefore(version: string, devices: DeviceCounts): string {
	if (!isRelease(version)) return unjudgedSentence({ version, devices });
	const { failed } = ratesOf(devices);
	if (failed.share === null) return "No production device has tried it yet.";
	return findingSentence({ rate: "updates", measured: failed, since: null, recovered: devices.recovered });
}

const names = new Intl.Collator("en", { numeric: true });

/** Newest first; of one day, by name as people count: 4.10 after 4.9. */
function byAppearance(a: OverviewRow, b: OverviewRow): number {
	return (b.appearedOn ?? "").localeCompare(a.appearedOn ?? "") || names.compare(b.version, a.version);
}

/** Bad releases that devices tried in the last days and none runs: where it is told what devices run, one looks for them. */
export function badWithoutDevices(releases: readonly OverviewRow[]): readonly OverviewRow[] {
	return releases.filter(
		({ verdict, activeDevices, trend }) =>
			isBad(verdict ?? undefined) && activeDevices === 0 && trend?.some(({ tried }) => tried > 0),
	);
}

/** How bad each verdict is. */
const SEVERITY: Readonly<Record<Verdict, number>> = {
	failing: 5,
	worse: 4,
	"too early": 3,
	healthy: 2,
	"no data": 1,
};

/** The columns of the overview, from left to right. */
export const OVERVIEW_COLUMNS = [
	"release",
	"verdict",
	"adoption",
	"failed",
	"crashed",
	"missing",
	"trend",
	"event",
] as const;

export type OverviewColumn = (typeof OVERVIEW_COLUMNS)[number];

/** What each column is sorted by; null is the order of appearance. A value of null comes last, whichever way it is sorted. */
const SORT_VALUES: Readonly<Record<OverviewColumn, ((row: OverviewRow) => number | null) | null>> = {
	release: null,
	verdict: (row) => (row.verdict === null ? null : SEVERITY[row.verdict]),
	adoption: (row) => row.activeDevices,
	failed: (row) => row.failed.share,
	crashed: (row) => row.crashed.share,
	missing: (row) => row.missing.share,
	trend: (row) => row.trend?.reduce((sum, { tried }) => sum + tried, 0) ?? null,
	event: (row) => row.lastEventAt ?? null,
};

/** Sorts rows by a column. Equal ones, and those without a value at the end, stay in the order of their appearance. */
export function sortRows(
	rows: readonly OverviewRow[],
	by: OverviewColumn,
	isAscending: boolean,
): readonly OverviewRow[] {
	const value = SORT_VALUES[by];
	if (value === null) return isAscending ? rows.toReversed() : rows;
	const sign = isAscending ? 1 : -1;
	return rows.toSorted((a, b) => {
		const [valueA, valueB] = [value(a), value(b)];
		if (valueA === null || valueB === null) return Number(valueA === null) - Number(valueB === null);
		return sign * (valueA - valueB);
	});
}
