import { utcDay } from "../functions/src/events/eventTime.ts";
import { DAY_MS, HOUR_MS } from "../functions/src/events/time.ts";
import type { Family } from "../functions/src/releases/judgeRelease.ts";
import type { Counted } from "./beyondChance.ts";
import { startOfDay } from "./days.ts";
import type { DayDocument } from "./documents.ts";
import { COUNTED_IN_HOUR, hoursBetween, sumOf } from "./releaseOnset.ts";

/** Whether what a release is bad by still happens. Times are milliseconds since the epoch. */
export type LatestTrouble =
	/** It does: the devices since an hour began, the present one or the one before. */
	| { readonly state: "goes on"; readonly from: number; readonly devices: Counted }
	/** It happened last in the hour that begins at this time; the devices that came after it. */
	| { readonly state: "ceased"; readonly at: number; readonly devicesSince: number }
	/** It did not happen since the first of the days that are known. */
	| { readonly state: "long ago"; readonly from: number };

/**
 * When devices got into trouble last, by the hours of their events; null as long as today's hours aren't known.
 *
 * @param days Those that are known, and null where one had no events. What lies before the first gap is left out.
 * @param now Milliseconds since the epoch.
 */
export function latestTroubleOf(
	days: ReadonlyMap<string, DayDocument | null>,
	family: Family,
	now: number,
): LatestTrouble | null {
	let from = startOfDay(utcDay(now));
	if (!days.has(utcDay(from))) return null;
	while (days.has(utcDay(from - DAY_MS))) from -= DAY_MS;
	const hours = hoursBetween(days, from, now).map(({ at, devices }) => ({ at, ...COUNTED_IN_HOUR[family](devices) }));
	const last = hours.findLast(({ failures }) => failures > 0);
	if (last === undefined) return { state: "long ago", from };
	const recent = (Math.floor(now / HOUR_MS) - 1) * HOUR_MS;
	if (last.at >= recent) {
		return { state: "goes on", from: recent, devices: sumOf(hours.filter(({ at }) => at >= recent)) };
	}
	return { state: "ceased", at: last.at, devicesSince: sumOf(hours.filter(({ at }) => at > last.at)).devices };
}
