import { utcDay } from "../../functions/src/events/eventTime.ts";
import type { SimulatedRequest } from "./simulateFleet.ts";

/** How many events of each action, as the counter documents hold them. */
export type ActionCounts = {
	readonly actions: Readonly<Record<string, number>>;
	/** The part of `actions` that came from emulators and development builds; empty where none did. */
	readonly dev_actions: Readonly<Record<string, number>>;
};

/** What the server is expected to have counted. */
export type ExpectedCounts = {
	/** Events of the app. */
	readonly events: number;
	/** Events that were sent but are discarded as noise. */
	readonly noise: number;
	/** Events that were sent again and count nothing. */
	readonly repeated: number;
	/** By version, and below it by UTC day, `YYYY-MM-DD`. */
	readonly versions: Readonly<Record<string, ActionCounts & { readonly days: Readonly<Record<string, ActionCounts>> }>>;
};

/**
 * Tallies what the server is expected to count for requests that reached it. It shares no code with the counters, so that
 * the two can be compared.
 *
 * @param arrivalDay The UTC day (`YYYY-MM-DD`) on which they arrived: events without a timestamp are counted on it.
 */
export function expectedCounts(
	requests: Iterable<Pick<SimulatedRequest, "counted" | "noise" | "repeated">>,
	arrivalDay: string,
): ExpectedCounts {
	const totals = { events: 0, noise: 0, repeated: 0 };
	const versions: Record<string, MutableCounts & { days: Record<string, MutableCounts> }> = {};

	const add = (version: string, day: string, action: string, isDev: boolean) => {
		versions[version] ??= { ...noCounts(), days: {} };
		const { days } = versions[version];
		days[day] ??= noCounts();
		addAction(versions[version], action, isDev);
		addAction(days[day], action, isDev);
	};

	for (const { counted, noise, repeated } of requests) {
		totals.events += counted.length;
		totals.noise += noise;
		totals.repeated += repeated;
		for (const { action, version, replacedVersion, isDev, timestamp } of counted) {
			const day = timestamp === undefined ? arrivalDay : utcDay(timestamp);
			add(version, day, action, isDev);
			if (replacedVersion !== undefined) add(replacedVersion, day, "uninstall", isDev);
		}
	}
	return { ...totals, versions };
}

type MutableCounts = { actions: Record<string, number>; dev_actions: Record<string, number> };

function noCounts(): MutableCounts {
	return { actions: {}, dev_actions: {} };
}

function addAction({ actions, dev_actions }: MutableCounts, action: string, isDev: boolean): void {
	actions[action] = (actions[action] ?? 0) + 1;
	if (isDev) dev_actions[action] = (dev_actions[action] ?? 0) + 1;
}
