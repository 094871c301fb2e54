import { type DeviceCounts, FLAGS } from "../../../functions/src/devices/flags.ts";
import type { Cell } from "../../../metrics/csv.ts";
import { sumCounts, type TrendDay } from "../../../metrics/definitions.ts";

/** The header of a version's days as CSV: the day, the devices by flag, then each action that occurred. */
export function dayHeader(trend: readonly TrendDay[]): string[] {
	return ["day", ...FLAGS.map((flag) => `devices_${flag}`), ...actionsOf(trend)];
}

/**
 * A version's days as CSV.
 *
 * @param devices Of each of the days.
 */
export function dayRows(trend: readonly TrendDay[], devices: readonly DeviceCounts[]): Cell[][] {
	const actions = actionsOf(trend);
	return trend.map((day, index) => [
		day.day,
		...FLAGS.map((flag) => devices[index]?.[flag] ?? 0),
		...actions.map((action) => day.counts[action] ?? 0),
	]);
}

function actionsOf(trend: readonly TrendDay[]): readonly string[] {
	return Object.keys(sumCounts(trend.map(({ counts }) => counts))).sort();
}
