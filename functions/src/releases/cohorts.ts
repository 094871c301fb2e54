import type { DeviceCounts, Flag } from "../devices/flags.ts";
import { utcDay } from "../events/eventTime.ts";
import { DAY_MS } from "../events/time.ts";
import type { RateName } from "./limits.ts";

/** The devices that first tried a release on one UTC day, and what they have done with it until now. */
export type DayCounts = {
	/** `YYYY-MM-DD` */
	readonly day: string;
	/** What a counter doesn't name is 0. */
	readonly devices: Partial<DeviceCounts>;
};

/** Failures among the devices of one day, for one rate. */
export type Cohort = { readonly day: string; readonly failures: number; readonly devices: number };

type Counted = Pick<Cohort, "failures" | "devices">;

/** What each rate counts, and of which devices. */
const COUNTED: Readonly<Record<RateName, (devices: Partial<DeviceCounts>) => Counted>> = {
	updates: (devices) => ({ failures: count(devices, "failed"), devices: count(devices, "tried") }),
	crashes: (devices) => ({ failures: count(devices, "crashed"), devices: count(devices, "ran") }),
	// A download that failed and then arrived is no loss. Counters don't say which devices did both: this is the most
	// devices that can have failed without having it now.
	downloads: (devices) => ({
		failures: Math.min(count(devices, "download_failed"), lacking(devices)),
		devices: count(devices, "tried"),
	}),
	undelivered: (devices) => ({ failures: lacking(devices), devices: count(devices, "tried") }),
};

/**
 * The cohorts of a rate, oldest first, without the days on which nothing was tried, nor, for deliveries that are late,
 * the days whose last device has had less than a day for it.
 *
 * @param now Milliseconds since the epoch.
 */
export function cohortsOf(days: readonly DayCounts[], rate: RateName, now: number): readonly Cohort[] {
	const lastDay = rate === "undelivered" ? utcDay(now - 2 * DAY_MS) : null;
	return days
		.filter(({ day }) => lastDay === null || day <= lastDay)
		.map(({ day, devices }) => ({ day, ...withinBounds(COUNTED[rate](devices)) }))
		.filter(({ devices }) => devices > 0)
		.toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

/** All the devices of some cohorts. */
export function sumOf(cohorts: readonly Cohort[]): Counted {
	return {
		failures: cohorts.reduce((sum, { failures }) => sum + failures, 0),
		devices: cohorts.reduce((sum, { devices }) => sum + devices, 0),
	};
}

/** How many devices of some days have a flag. */
export function sumOfFlag(days: readonly DayCounts[], flag: Flag): number {
	return days.reduce((sum, { devices }) => sum + count(devices, flag), 0);
}

function lacking(devices: Partial<DeviceCounts>): number {
	return Math.max(0, count(devices, "tried") - count(devices, "downloaded"));
}

/** Counters are read at different moments: a part may be ahead of its whole. */
function withinBounds({ failures, devices }: Counted): Counted {
	return { failures: Math.min(failures, devices), devices };
}

function count(devices: Partial<DeviceCounts>, flag: Flag): number {
	return Math.max(0, devices[flag] ?? 0);
}
