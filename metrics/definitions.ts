import { type ActionKind, actionKind } from "../functions/src/events/actions.ts";
import type { ActionCounts, Counters, DayDocument } from "./documents.ts";

/** A device is active when it was seen today or within so many days before. */
export const ACTIVE_DAYS = 30;

/** Days that the trend of a version shows, today included. */
export const TREND_DAYS = 14;

/** Whose events are counted: production devices only, or emulators and builds that are not for production too. */
export type Audience = "production" | "all";

/** The counts of one audience. Production is everything less what emulators and development builds sent. */
export function countsOf({ actions = {}, dev_actions = {} }: Counters, audience: Audience): ActionCounts {
	if (audience === "all") return actions;
	const counts = Object.entries(actions).map(
		([action, count]) => [action, Math.max(0, count - (dev_actions[action] ?? 0))] as const,
	);
	return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Adds counts up, action by action. */
export function sumCounts(all: readonly ActionCounts[]): ActionCounts {
	const sums = new Map<string, number>();
	for (const counts of all) {
		for (const [action, count] of Object.entries(counts)) sums.set(action, (sums.get(action) ?? 0) + count);
	}
	return Object.fromEntries(sums);
}

/** One day of a trend, by UTC. */
export type TrendDay = { readonly day: string; readonly counts: ActionCounts };

/** The counts of each of the days named, in their order. A day without events has none. */
export function trendOf(days: readonly string[], documents: readonly DayDocument[], audience: Audience): TrendDay[] {
	const byDay = new Map(documents.map((document) => [document.day, document]));
	return days.map((day) => ({ day, counts: countsOf(byDay.get(day) ?? {}, audience) }));
}

/** The counts of each kind of action, without the kinds that have none. */
export function countsByKind(counts: ActionCounts): Partial<Record<ActionKind, number>> {
	const kinds: Partial<Record<ActionKind, number>> = {};
	for (const [action, count] of Object.entries(counts)) {
		const kind = actionKind(action);
		kinds[kind] = (kinds[kind] ?? 0) + count;
	}
	return kinds;
}
