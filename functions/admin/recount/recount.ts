import type { Firestore, Timestamp } from "@google-cloud/firestore";
import { MAX_EVENTS_PER_COMMIT } from "../../src/counters/countEvents.ts";
import { readStoredEvent, type StoredEvent } from "../../src/counters/storedEvent.ts";
import { createTally } from "../../src/counters/tally.ts";
import { appPath } from "../../src/firestore/paths.ts";
import { WAITING_MS } from "../../src/watch/sweep.ts";
import { appEvents } from "./appEvents.ts";
import { applyRepair } from "./applyRepair.ts";
import { appRepair, countedDays, type Difference, type Repair, versionRepairs } from "./repairs.ts";
import { readApp, readVersion, readVersionNames } from "./storedCounters.ts";

/** What to recount. */
export type RecountOptions = {
	readonly appId: string;
	/** Repairs this version only; every version, and the app's total, when left out. */
	readonly version?: string;
	/** Finds the differences and changes nothing. */
	readonly dryRun: boolean;
	/**
	 * The first UTC day (`YYYY-MM-DD`) of which every event is still stored. The counters of the days before it are left
	 * alone and believed.
	 */
	readonly firstDay: string;
	/** Counts events that no delivery had counted, each once whoever else counts it. */
	readonly count: (events: readonly StoredEvent[]) => Promise<void>;
	/** Hears how many events were read so far. */
	readonly onProgress: (events: number) => void;
};

/** What a recount found. */
export type RecountReport = {
	/** Events read. */
	readonly events: number;
	/** Events that no delivery had counted. They are counted now, or would be without `dryRun`. */
	readonly uncounted: number;
	/** The part of them that arrived more than ten minutes before: their trigger is off, or fails. */
	readonly waiting: number;
	/** The paths of malformed events. They count as nothing. */
	readonly malformed: readonly string[];
	/** The days before `firstDay` that have counters. */
	readonly daysLeftAlone: readonly string[];
	readonly differences: readonly Difference[];
	/** The documents that another recount changed meanwhile, and that this one therefore left alone. */
	readonly conflicts: readonly string[];
};

/**
 * Rebuilds an app's counters from its events.
 *
 * It may run while traffic flows. Marking an event as counted and adding it to the counters is one commit, so at every
 * moment the counters equal the sum over the events that are marked. Recount reads events and counters as they were at
 * one moment, and adds the differences instead of writing totals: what is counted meanwhile is added beside them and is
 * not lost.
 *
 * @throws RangeError when the app doesn't exist; Error of the Firestore client. A recount that was interrupted can simply
 * run again.
 */
export async function recount(db: Firestore, options: RecountOptions): Promise<RecountReport> {
	const { appId, version, dryRun, firstDay } = options;
	const { exists, readTime } = await db.doc(appPath(appId)).get();
	const { counted, ...read } = await readEvents(db, options, readTime);
	// An app of which nothing was counted yet has events and no document.
	if (!exists && read.events === 0) throw new RangeError(`There is no app ${appId}.`);

	const days = countedDays(counted);
	const names = version === undefined ? [...(await readVersionNames(db, appId, readTime)), ...days.keys()] : [version];
	const repairs: Repair[] = [];
	const totals: Repair[] = [];
	const daysLeftAlone = new Set<string>();
	for (const name of new Set(names)) {
		const stored = await readVersion(db, appId, name, readTime);
		const repaired = versionRepairs(stored, days.get(name) ?? new Map(), firstDay);
		repairs.push(repaired.total, ...repaired.days);
		totals.push(repaired.total);
		for (const day of stored.days.keys()) if (day < firstDay) daysLeftAlone.add(day);
	}
	if (version === undefined) repairs.push(appRepair(await readApp(db, appId, readTime), totals));

	const wrong = repairs.filter(({ differences }) => differences.length > 0);
	return {
		...read,
		daysLeftAlone: [...daysLeftAlone].sort(),
		differences: wrong.flatMap(({ differences }) => differences),
		conflicts: dryRun ? [] : await applyAll(db, wrong, readTime),
	};
}

/** Tallies the counted events, and counts those that no delivery had counted. */
async function readEvents(db: Firestore, { appId, dryRun, count, onProgress }: RecountOptions, readTime: Timestamp) {
	const counted = createTally();
	const malformed: string[] = [];
	let events = 0;
	let uncounted = 0;
	let waiting = 0;
	for await (const page of appEvents(db, appId, readTime)) {
		const forgotten: StoredEvent[] = [];
		for (const read of page.map(readStoredEvent)) {
			if (!read.ok) malformed.push(read.path);
			else if (read.event.ledger) counted.add({ event: read.event, ledger: read.event.ledger });
			else forgotten.push(read.event);
		}
		if (!dryRun) await countAll(forgotten, count);
		events += page.length;
		uncounted += forgotten.length;
		waiting += forgotten.filter(({ receivedAt }) => receivedAt < readTime.toMillis() - WAITING_MS).length;
		onProgress(events);
	}
	return { counted: counted.documents, events, uncounted, waiting, malformed };
}

async function countAll(events: readonly StoredEvent[], count: RecountOptions["count"]): Promise<void> {
	for (let start = 0; start < events.length; start += MAX_EVENTS_PER_COMMIT) {
		await count(events.slice(start, start + MAX_EVENTS_PER_COMMIT));
	}
}

async function applyAll(db: Firestore, repairs: readonly Repair[], readTime: Timestamp): Promise<readonly string[]> {
	const conflicts: string[] = [];
	for (const repair of repairs) {
		if ((await applyRepair(db, repair, readTime)) === "conflict") conflicts.push(repair.counter.path);
	}
	return conflicts;
}
