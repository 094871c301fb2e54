import { FieldValue, type Firestore, type Query, Timestamp } from "@google-cloud/firestore";
import { readStoredEvent, type StoredEvent } from "../counters/storedEvent.ts";
import { pagesOf } from "../firestore/pages.ts";
import { appPath, COLLECTIONS, SWEEP_DOCUMENT } from "../firestore/paths.ts";
import { UNCOUNTED_SHARDS, uncountedBetween } from "../firestore/uncounted.ts";

/** An event that arrived so long ago, in milliseconds, and is not counted waits: its trigger comes within seconds when all is well. */
export const WAITING_MS = 10 * 60 * 1_000;

/** A request takes no longer than this from its arrival to its commit, so an event never shows up behind a place swept before. */
const COMMIT_MARGIN_MS = 2 * 60 * 1_000;

/** Events read at a time, of one shard. */
const PAGE_SIZE = 300;

/** What the sweep needs of the world. */
export type SweepOptions = {
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Counts events, each once whoever else counts it. */
	readonly count: (events: readonly StoredEvent[]) => Promise<void>;
	readonly onMalformed: (problem: string) => void;
	/** Hears why events could not be counted; the next run tries them again. */
	readonly onFailure: (cause: unknown) => void;
	/** After so many milliseconds it stops; the next run goes on. */
	readonly timeLimitMs: number;
};

/** What a sweep found waiting, by app. */
export type Backlog = ReadonlyMap<string, { readonly events: number; readonly oldestAt: number }>;

/** What a sweep did. */
export type SweepResult = {
	/** What waited when it began, as far as it got. */
	readonly backlog: Backlog;
	/** Events that it counted. */
	readonly counted: number;
	/** Whether it came to the end of what waits. */
	readonly isFinished: boolean;
};

/**
 * Counts events that stayed uncounted for ten minutes, however long their trigger was off, and notes for each app how many
 * there were.
 *
 * It asks the index that holds uncounted events alone, shard by shard, from where the last run came to: so its reads are one
 * for each shard and one for each event that it finds, and it never passes the places of events that were counted long ago,
 * which Firestore keeps for a while.
 */
export async function sweep(db: Firestore, options: SweepOptions): Promise<SweepResult> {
	const startedAt = options.now();
	const until = startedAt - WAITING_MS;
	const { sweptUntil, waitingApps } = await readState(db);
	const backlog = new Map<string, { events: number; oldestAt: number }>();
	let counted = 0;
	let isFinished = true;
	for await (const events of waitingEvents(db, sweptUntil, until, options)) {
		for (const event of events) note(backlog, event);
		try {
			await options.count(events);
			counted += events.length;
		} catch (error) {
			options.onFailure(error);
			isFinished = false;
		}
		if (options.now() - startedAt < options.timeLimitMs) continue;
		isFinished = false;
		break;
	}
	const nextFrom = isFinished ? until - COMMIT_MARGIN_MS : sweptUntil;
	await writeState(db, { startedAt, sweptUntil: nextFrom, backlog, waitingApps });
	return { backlog, counted, isFinished };
}

/** The events that wait, in groups of one shard. What one group holds is counted before the next is read. */
async function* waitingEvents(db: Firestore, from: number, until: number, { onMalformed }: SweepOptions) {
	for (let shard = 0; shard < UNCOUNTED_SHARDS; shard += 1) {
		for await (const { docs } of pagesOf(uncountedEvents(db, shard, from, until), PAGE_SIZE)) {
			if (docs.length === 0) continue;
			yield docs.flatMap((snapshot) => {
				const read = readStoredEvent(snapshot);
				if (read.ok) return [read.event];
				onMalformed(read.problem);
				return [];
			});
		}
	}
}

/** A shard's uncounted events that arrived in a period. */
function uncountedEvents(db: Firestore, shard: number, from: number, until: number): Query {
	const [first, end] = uncountedBetween(shard, from, until);
	return db
		.collectionGroup(COLLECTIONS.events)
		.where("uncounted_since", ">=", first)
		.where("uncounted_since", "<", end)
		.orderBy("uncounted_since");
}

function note(backlog: Map<string, { events: number; oldestAt: number }>, { appId, receivedAt }: StoredEvent): void {
	const known = backlog.get(appId) ?? { events: 0, oldestAt: receivedAt };
	backlog.set(appId, { events: known.events + 1, oldestAt: Math.min(known.oldestAt, receivedAt) });
}

/** Where the last run came to, and the apps whose documents tell of a backlog. */
async function readState(db: Firestore) {
	const state = await db.doc(SWEEP_DOCUMENT).get();
	const sweptUntil: unknown = state.get("swept_until");
	const waitingApps: unknown = state.get("waiting_apps");
	return {
		sweptUntil: sweptUntil instanceof Timestamp ? sweptUntil.toMillis() : 0,
		waitingApps: Array.isArray(waitingApps) ? waitingApps.filter((app) => typeof app === "string") : [],
	};
}

type NewState = {
	readonly startedAt: number;
	readonly sweptUntil: number;
	readonly backlog: Backlog;
	/** The apps that had one after the last run. */
	readonly waitingApps: readonly string[];
};

/** Notes where the run came to, and each app's backlog in its document, where its members see it. */
async function writeState(db: Firestore, { startedAt, sweptUntil, backlog, waitingApps }: NewState): Promise<void> {
	const sweptAt = Timestamp.fromMillis(startedAt);
	const writer = db.bulkWriter();
	for (const [appId, { events, oldestAt }] of backlog) {
		const told = { events, oldest_at: Timestamp.fromMillis(oldestAt), swept_at: sweptAt };
		void writer.set(db.doc(appPath(appId)), { backlog: told }, { merge: true });
	}
	for (const appId of waitingApps) {
		if (!backlog.has(appId)) void writer.set(db.doc(appPath(appId)), { backlog: FieldValue.delete() }, { merge: true });
	}
	await writer.close();
	await db.doc(SWEEP_DOCUMENT).set({
		swept_at: sweptAt,
		swept_until: Timestamp.fromMillis(sweptUntil),
		waiting_apps: [...backlog.keys()],
	});
}
