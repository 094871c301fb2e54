import type { Timestamp } from "@google-cloud/firestore";
import type { Increments, Tally } from "../../src/counters/tally.ts";
import { type Counts, sumCounts } from "./counts.ts";
import { missingDay, type StoredCounter, type StoredVersion } from "./storedCounters.ts";

/** One count that is not what the events say. */
export type Difference = {
	readonly path: string;
	readonly field: string;
	readonly stored: number;
	readonly expected: number;
};

/** What one counter document should count, and where it doesn't. */
export type Repair = {
	readonly counter: StoredCounter;
	readonly expected: Counts;
	readonly differences: readonly Difference[];
	/** The arrival of the earliest of its events, for a document that is missing. */
	readonly firstReceivedAt: Timestamp | undefined;
};

/** What counted events add to each day of each version. */
export type CountedDays = ReadonlyMap<string, ReadonlyMap<string, Increments>>;

/** Orders a tally by version and day. */
export function countedDays(counted: Tally): CountedDays {
	const versions = new Map<string, Map<string, Increments>>();
	for (const increments of counted.values()) {
		const { version_name: version, day } = increments.identity;
		if (version === undefined || day === undefined) continue;
		const days = versions.get(version) ?? new Map<string, Increments>();
		versions.set(version, days.set(day, increments));
	}
	return versions;
}

/**
 * Compares a version's counters with its events. The days before `firstDay` are believed as they stand; the version's
 * total is the sum over its days.
 */
export function versionRepairs(
	{ total, days }: StoredVersion,
	counted: ReadonlyMap<string, Increments>,
	firstDay: string,
): { readonly total: Repair; readonly days: readonly Repair[] } {
	const recounted = [...new Set([...days.keys(), ...counted.keys()])]
		.filter((day) => day >= firstDay)
		.map((day) => {
			const increments = counted.get(day);
			const counter = days.get(day) ?? missingDay(total, day);
			return repair(counter, sumCounts([increments?.fields ?? new Map(), counter.erased]), increments?.firstReceivedAt);
		});
	const believed = [...days].flatMap(([day, { stored }]) => (day < firstDay ? [stored] : []));
	const expected = ofVersion(sumCounts([...believed, ...recounted.map((day) => day.expected)]));
	const arrivals = recounted.flatMap(({ firstReceivedAt }) => firstReceivedAt ?? []);
	return { total: repair(total, expected, earliest(arrivals)), days: recounted };
}

/** A version's document counts what its days count, but for the hours. */
function ofVersion(counts: Counts): Counts {
	return new Map([...counts].filter(([field]) => !field.startsWith("hours.")));
}

/** Compares an app's total with the totals of all its versions. */
export function appRepair(app: StoredCounter, versionTotals: readonly Repair[]): Repair {
	const events = versionTotals.reduce((sum, { expected }) => sum + (expected.get("events") ?? 0), 0);
	return repair(app, new Map([["events", events]]), undefined);
}

function repair(counter: StoredCounter, expected: Counts, firstReceivedAt: Timestamp | undefined): Repair {
	const { path, stored } = counter;
	const differences = [...new Set([...stored.keys(), ...expected.keys()])]
		.map((field) => ({ path, field, stored: stored.get(field) ?? 0, expected: expected.get(field) ?? 0 }))
		.filter((difference) => difference.stored !== difference.expected);
	return { counter, expected, differences, firstReceivedAt };
}

function earliest(times: readonly Timestamp[]): Timestamp | undefined {
	return times.toSorted((a, b) => (a < b ? -1 : 1))[0];
}
