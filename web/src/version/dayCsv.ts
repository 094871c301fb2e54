import type { Cell } from "../../../metrics/csv.ts";
import type { TrendDay } from "../../../metrics/definitions.ts";
import type { ActionCounts } from "../../../metrics/documents.ts";

/** The header of a version's days as CSV: the day, then each action that occurred. */
export function dayHeader(counts: ActionCounts): string[] {
	return ["day", ...Object.keys(counts).sort()];
}

/** A version's days as CSV. */
export function dayRows(trend: readonly TrendDay[], counts: ActionCounts): Cell[][] {
	const actions = Object.keys(counts).sort();
	return trend.map((day) => [day.day, ...actions.map((action) => day.counts[action] ?? 0)]);
}
