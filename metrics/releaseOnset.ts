import type { DeviceCounts } from "../functions/src/devices/flags.ts";
import { DAY_MS, HOUR_MS } from "../functions/src/events/time.ts";
import { LEAST_FAILED_DEVICES } from "../functions/src/releases/evidence.ts";
import type { Family } from "../functions/src/releases/judgeRelease.ts";
import { type Proportion, proportion } from "../functions/src/releases/proportion.ts";
import { type Counted, chanceOfSoMany } from "./beyondChance.ts";
import { startOfDay } from "./days.ts";
import type { DayDocument } from "./documents.ts";

/** What production devices did in one UTC hour, by the time of their events. */
export type HourCounts = {
	/** When the hour begins, in milliseconds since the epoch. */
	readonly at: number;
	readonly devices: Partial<DeviceCounts>;
};

/**
 * The hours from one moment to another, oldest first, those without events too.
 *
 * @param days The days of these hours; one that is missing had no events.
 * @param from Within the first hour, in milliseconds since the epoch. `to` is within the last one.
 */
export function hoursBetween(
	days: ReadonlyMap<string, DayDocument | null>,
	from: number,
	to: number,
): readonly HourCounts[] {
	const first = Math.floor(from / HOUR_MS);
	const count = Math.max(0, Math.floor(to / HOUR_MS) - first + 1);
	return Array.from({ length: count }, (_, index) => {
		const at = (first + index) * HOUR_MS;
		const time = new Date(at).toISOString();
		return { at, devices: days.get(time.slice(0, 10))?.hours?.[time.slice(11, 13)] ?? {} };
	});
}

/** What devices of an hour come to. A device may do several of these: the parts are bounded by the whole. */
export type HourOutcome = {
	readonly failed: number;
	readonly crashed: number;
	readonly downloadFailed: number;
	/** Devices that tried the release in this hour and were not in trouble in it. */
	readonly untroubled: number;
};

/** Arranges what devices did in an hour, or those of a day, so that it can be stacked. */
export function outcomeOf(devices: Partial<DeviceCounts>): HourOutcome {
	const { tried = 0, failed = 0, crashed = 0, download_failed: downloadFailed = 0 } = devices;
	return { failed, crashed, downloadFailed, untroubled: Math.max(0, tried - failed - crashed - downloadFailed) };
}

/** When failures began. */
export type Onset = {
	/** When the hour begins with which they did, in milliseconds since the epoch. */
	readonly at: number;
	readonly since: Proportion;
	/** Of the hours before. */
	readonly before: Proportion;
};

/** With so many hours to choose from, a beginning is told only where chance makes one seem so clear this seldom. */
const ERROR = 0.01;

/** A beginning is a change that people would call one: so many times the share before. */
const LEAST_RISE = 2;

/**
 * The hour in which failures began, or null when no hour parts the well ones from those that fail, beyond chance. That a
 * release fails is not decided here: the verdict does that, and this says when.
 */
export function onsetOf(hours: readonly HourCounts[], family: Family): Onset | null {
	const counted = hours.map(({ at, devices }) => ({ at, ...COUNTED_IN_HOUR[family](devices) }));
	const all = sumOf(counted);
	if (all.failures < LEAST_FAILED_DEVICES) return null;
	let best: { readonly index: number; readonly chance: number } | null = null;
	for (const [index, { failures }] of counted.entries()) {
		if (index === 0 || failures === 0) continue;
		const chance = chanceOfSoMany(sumOf(counted.slice(index)), all);
		if (best === null || chance < best.chance) best = { index, chance };
	}
	if (best === null || best.chance * counted.length > ERROR) return null;
	const since = sumOf(counted.slice(best.index));
	const before = sumOf(counted.slice(0, best.index));
	if (before.devices === 0 || since.failures * before.devices < LEAST_RISE * before.failures * since.devices)
		return null;
	return {
		at: counted[best.index]?.at ?? 0,
		since: proportion(since.failures, since.devices),
		before: proportion(before.failures, before.devices),
	};
}

/** What is counted in an hour for each family. A device that fails in one may have tried the release in the hour before. */
export const COUNTED_IN_HOUR: Readonly<Record<Family, (devices: Partial<DeviceCounts>) => Counted>> = {
	updates: ({ tried = 0, failed = 0 }) => ({ failures: failed, devices: Math.max(tried, failed) }),
	crashes: ({ ran = 0, crashed = 0 }) => ({ failures: crashed, devices: Math.max(ran, crashed) }),
	downloads: ({ tried = 0, download_failed: failed = 0 }) => ({ failures: failed, devices: Math.max(tried, failed) }),
};

/** All the devices of some hours. */
export function sumOf(counted: readonly Counted[]): Counted {
	return {
		failures: counted.reduce((sum, { failures }) => sum + failures, 0),
		devices: counted.reduce((sum, { devices }) => sum + devices, 0),
	};
}

/** The UTC days whose hours tell when failures began that are of devices since a day: that day and those beside it. */
export function daysAroundOnset(since: string): readonly string[] {
	const day = (offset: number) => new Date(startOfDay(since) + offset * DAY_MS).toISOString().slice(0, 10);
	return [day(-1), since, day(1)];
}
