import { setImmediate } from "node:timers/promises";
import { DAY_MS, HOUR_MS } from "../functions/src/events/time.ts";
import type { Cohort, DayCounts } from "../functions/src/releases/cohorts.ts";
import { comparisonRate, onsetBeyondLimit, onsetOfWorse } from "../functions/src/releases/evidence.ts";
import { judgeRelease } from "../functions/src/releases/judgeRelease.ts";
import { DEFAULT_LIMITS } from "../functions/src/releases/limits.ts";
import { Random } from "../scripts/fleet/random.ts";
import { type Figure, median } from "./figures.ts";
import type { Bench } from "./rounds.ts";

/**
 * Simulates releases that are looked at all their life: how many good ones are ever called bad, and after how many
 * devices bad ones are. The same seeds make the same figures on every machine, but for the time that judging takes.
 */

const PART = "verdicts";
const DESIGN = "judged";

const FALSE_ALARM_RELEASES = 400;
const DETECTION_RELEASES = 1_001;
const TIMED_ROUNDS = 20;

/** The true rates, which are the limit and the rate of the release before as well: the most that is still good. */
export const RATES = [0.005, 0.01, 0.02, 0.05] as const;

/** The limits of the downloads are larger. */
export const LIMIT_RATES = [...RATES, DEFAULT_LIMITS.undelivered, DEFAULT_LIMITS.downloads] as const;

export const SIZES_BEFORE = [50, 400, 20_000] as const;

const DAYS_BEFORE = 14;

const FIRST_DAY = Date.parse("2026-03-01");

/** How devices come, and when somebody looks: after so many of them each. */
type Schedule = { readonly name: string; readonly devices: number; readonly aDay: number; readonly aLook: number };

export const SCHEDULES: readonly Schedule[] = [
	{ name: "5,000 devices, 1,000 a day, a look after each", devices: 5_000, aDay: 1_000, aLook: 1 },
	{ name: "4 devices and a look an hour, 90 days", devices: 4 * 24 * 90, aDay: 4 * 24, aLook: 4 },
	{ name: "40 devices and a look an hour, 90 days", devices: 40 * 24 * 90, aDay: 40 * 24, aLook: 40 },
];

/** Bad releases, and against what they are to be detected. */
export const DETECTIONS = {
	half: { name: "50 % fail, limit 5 %", rate: 0.5, limit: 0.05 },
	fifth: { name: "20 % fail, limit 5 %", rate: 0.2, limit: 0.05 },
	tenth: { name: "10 % fail, limit 5 %", rate: 0.1, limit: 0.05 },
	late: {
		name: "20 % fail after 13 days of 77 devices with 1 %, limit 5 %",
		rate: 0.2,
		limit: 0.05,
		good: { days: 13, rate: 0.01 },
		aDay: 77,
	},
	worse: { name: "3 % fail, 1 % of 20,000 before", rate: 0.03, before: { devices: 20_000, rate: 0.01 } },
} as const satisfies Readonly<Record<string, Detection>>;

type Detection = {
	readonly name: string;
	readonly rate: number;
	readonly limit?: number;
	readonly before?: { readonly devices: number; readonly rate: number };
	/** Days before it got bad. */
	readonly good?: { readonly days: number; readonly rate: number };
	readonly aDay?: number;
};

const DEVICES_A_DAY = 1_000;

/** Longer than any of the detections may take. */
const MOST_DEVICES = 20_000;

const name = (point: string, unit: string) => ({ part: PART, point, design: DESIGN, unit }) as const;

/** The figures that the bars are about. */
export const VERDICT_FIGURES = {
	highestFalseAlarms: name("good releases: the highest of all below", "% ever called bad"),
	falseAlarms: (schedule: string, rate: number, before?: number) =>
		name(falseAlarmPoint(schedule, rate, before), "% ever called bad"),
	judging: name("50 releases of 90 days and the one before each", "ms to judge"),
	detection: (detection: keyof typeof DETECTIONS) => name(DETECTIONS[detection].name, "devices until called, median"),
	scenario: (scenario: keyof typeof SCENARIOS) => name(SCENARIOS[scenario].name, "1 = as it should be"),
} as const;

/** Releases whose verdict can be looked up. */
const SCENARIOS = {
	worse: {
		name: "15 of 170 fail, 7 of 420 before: worse",
		isRight: () => verdictOf([[170, 15]], [[420, 7]]).verdict === "worse",
	},
	tooEarly: {
		name: "5 of 84 fail, 4 of 104 before: too early, both",
		isRight: () =>
			verdictOf([[84, 5]], [[104, 4]]).verdict === "too early" && verdictOf([[104, 4]], []).verdict === "too early",
	},
	lateOutage: {
		name: "1 % of some 7,000 in 13 days, then 900 of 1,050: failing since that day",
		isRight: () => {
			const good = Array.from({ length: 13 }, () => [538, 5] as const);
			const { verdict, since } = verdictOf([...good, [1_050, 900]], []);
			return verdict === "failing" && since === dayAt(DAYS_BEFORE + 13);
		},
	},
} as const;

/** Simulates the releases, some two minutes' work. */
export async function measureVerdicts(bench: Pick<Bench, "progress" | "signal">): Promise<readonly Figure[]> {
	const alarms: Figure[] = [];
	for (const schedule of SCHEDULES) {
		for (const rate of LIMIT_RATES) {
			await report(bench, `${schedule.name}, ${percent(rate)} fail`);
			alarms.push(...falseAlarms(schedule, rate, RATES.some((compared) => compared === rate) ? SIZES_BEFORE : []));
		}
	}
	const highest = Math.max(...alarms.flatMap(({ values }) => values));
	const figures: Figure[] = [{ ...VERDICT_FIGURES.highestFalseAlarms, values: [highest] }, ...alarms];
	for (const detection of ["half", "fifth", "tenth", "late", "worse"] as const) {
		await report(bench, DETECTIONS[detection].name);
		figures.push({
			...VERDICT_FIGURES.detection(detection),
			values: [median(devicesUntilCalled(DETECTIONS[detection]))],
		});
	}
	for (const scenario of ["worse", "tooEarly", "lateOutage"] as const) {
		figures.push({ ...VERDICT_FIGURES.scenario(scenario), values: [SCENARIOS[scenario].isRight() ? 1 : 0] });
	}
	await report(bench, "judging");
	return [...figures, { ...VERDICT_FIGURES.judging, values: judgingTimes() }];
}

/** A signal is only heard while nothing is computed. */
async function report({ progress, signal }: Pick<Bench, "progress" | "signal">, doing: string): Promise<void> {
	progress(`${PART}: ${doing}`);
	await setImmediate();
	signal.throwIfAborted();
}

/**
 * The share of good releases that are called failing in their life, and failing or worse beside a release before of each
 * of these sizes. The true rate is the limit and the rate of the release before.
 */
function falseAlarms(schedule: Schedule, rate: number, sizesBefore: readonly number[]): readonly Figure[] {
	const point = falseAlarmPoint(schedule.name, rate);
	const called = Array.from({ length: FALSE_ALARM_RELEASES }, (_, seed) => {
		const random = new Random(`${point}/${seed}`);
		const failing = [...failingDevices(random, rate, schedule.devices)];
		const isFailing = isEverFailing(schedule, failing, rate);
		return [
			isFailing,
			...sizesBefore.map((size) => isFailing || isEverWorse(schedule, failing, releaseBefore(random, size, rate))),
		];
	});
	return [undefined, ...sizesBefore].map((before, index) => ({
		...VERDICT_FIGURES.falseAlarms(schedule.name, rate, before),
		values: [(100 * called.filter((calls) => calls[index]).length) / FALSE_ALARM_RELEASES],
	}));
}

function falseAlarmPoint(schedule: string, rate: number, before?: number): string {
	const alone = `${schedule}: ${percent(rate)} fail, limit ${percent(rate)}`;
	return before === undefined ? alone : `${alone}, ${before.toLocaleString("en")} before`;
}

/** Whether one of all the looks finds a release failing. Only news can be the first to do so: see `looks`. */
function isEverFailing(schedule: Schedule, failing: readonly number[], limit: number): boolean {
	for (const { cohorts, isNews } of looks(schedule, failing)) {
		if (isNews && onsetBeyondLimit(cohorts, limit) !== null) return true;
	}
	return false;
}

/**
 * Whether one of all the looks finds a release worse than the one before. The rate to exceed is never below the upper end
 * of that one's interval; only from the first news on that exceed this are all looks made as they would be.
 */
function isEverWorse(schedule: Schedule, failing: readonly number[], before: readonly Cohort[]): boolean {
	const least = comparisonRate(before, []);
	let isSuspect = false;
	for (const { cohorts, isNews } of looks(schedule, failing)) {
		isSuspect ||= isNews && onsetOfWorse(cohorts, least) !== null;
		if (isSuspect && onsetOfWorse(cohorts, comparisonRate(before, cohorts)) !== null) return true;
	}
	return false;
}

/**
 * What there is to see at each look; `isNews` where a device failed, or a day began, since the look before it. Evidence
 * against a rate rises with nothing else.
 */
function* looks({ devices, aDay, aLook }: Schedule, failing: readonly number[]) {
	const cohorts: { day: string; failures: number; devices: number }[] = [];
	let next = 0;
	for (let seen = aLook; seen <= devices; seen += aLook) {
		const index = Math.floor((seen - 1) / aDay);
		const isNewDay = cohorts.length <= index;
		const cohort = cohorts[index] ?? { day: dayAt(DAYS_BEFORE + index), failures: 0, devices: 0 };
		if (isNewDay) cohorts.push(cohort);
		cohort.devices += aLook;
		const failedBefore = next;
		while ((failing[next] ?? devices) < seen) next += 1;
		cohort.failures += next - failedBefore;
		yield { cohorts, isNews: isNewDay || next > failedBefore };
	}
}

/** The devices that a bad release reaches until it is called, looked at after each: one value for each of many. */
function devicesUntilCalled({ name, rate, limit, before, good, aDay = DEVICES_A_DAY }: Detection): readonly number[] {
	return Array.from({ length: DETECTION_RELEASES }, (_, seed) => {
		const random = new Random(`${name}/${seed}`);
		const earlier = before ? releaseBefore(random, before.devices, before.rate) : [];
		const goodDevices = (good?.days ?? 0) * aDay;
		const goodFailing = good ? [...failingDevices(random, good.rate, goodDevices)] : [];
		const badFailing = [...failingDevices(random, rate, MOST_DEVICES)].map((device) => goodDevices + device);
		const schedule = { name, devices: goodDevices + MOST_DEVICES, aDay, aLook: 1 };
		let seen = 0;
		for (const { cohorts } of looks(schedule, [...goodFailing, ...badFailing])) {
			seen += 1;
			if (seen <= goodDevices) continue;
			if (limit !== undefined && onsetBeyondLimit(cohorts, limit) !== null) break;
			if (before && onsetOfWorse(cohorts, comparisonRate(earlier, cohorts)) !== null) break;
		}
		return seen - goodDevices;
	});
}

/** The positions of the failing devices among the first ones: the gaps between them are geometric. */
function* failingDevices(random: Random, rate: number, devices: number): Generator<number> {
	const gap = () => Math.floor(Math.log1p(-random.unit()) / Math.log1p(-rate));
	for (let device = gap(); device < devices; device += 1 + gap()) yield device;
}

function releaseBefore(random: Random, devices: number, rate: number): readonly Cohort[] {
	const aDay = Math.ceil(devices / DAYS_BEFORE);
	const failing = [...failingDevices(random, rate, devices)];
	return Array.from({ length: Math.ceil(devices / aDay) }, (_, index) => ({
		day: dayAt(index),
		failures: failing.filter((device) => Math.floor(device / aDay) === index).length,
		devices: Math.min(aDay, devices - index * aDay),
	}));
}

/** The verdict of a release by devices and failures of each day, and those of the release before. */
function verdictOf(days: readonly (readonly [number, number])[], before: readonly (readonly [number, number])[]) {
	return judgeRelease({
		days: days.map(([tried, failed], index) => dayOf(DAYS_BEFORE + index, tried, failed)),
		before: {
			version: "before",
			days: before.map(([tried, failed], index) => dayOf(index, tried, failed)),
		},
		limits: DEFAULT_LIMITS,
		now: FIRST_DAY + (DAYS_BEFORE + days.length) * DAY_MS - HOUR_MS,
	});
}

function dayOf(index: number, tried: number, failed: number, crashed = 0): DayCounts {
	const devices = { tried, downloaded: tried, download_failed: 0, installed: tried, ran: tried };
	return { day: dayAt(index), devices: { ...devices, failed, recovered: 0, crashed } };
}

/** What a page does that shows 50 releases. */
function judgingTimes(): readonly number[] {
	const random = new Random("judging");
	const releases = Array.from({ length: 50 }, () =>
		Array.from({ length: 90 }, (_, index) => {
			const tried = random.integer(1, 2_000);
			return dayOf(index, tried, Math.floor(tried * 0.01), Math.floor(tried * 0.005));
		}),
	);
	const now = FIRST_DAY + 91 * DAY_MS;
	return Array.from({ length: TIMED_ROUNDS }, () => {
		const start = performance.now();
		for (const [index, days] of releases.entries()) {
			const before = { version: "before", days: releases[index - 1] ?? [] };
			// As many days before this one as this one has, so that all of them are looked at.
			const later = days.map(({ devices }, day) => ({ day: dayAt(90 + day), devices }));
			judgeRelease({ days: later, before, limits: DEFAULT_LIMITS, now: now + 90 * DAY_MS });
		}
		return performance.now() - start;
	});
}

function dayAt(index: number): string {
	return new Date(FIRST_DAY + index * DAY_MS).toISOString().slice(0, 10);
}

export function percent(share: number): string {
	return `${Number((100 * share).toFixed(1))} %`;
}
