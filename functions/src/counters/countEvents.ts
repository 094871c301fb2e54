import { FieldValue, type Firestore, Timestamp } from "@google-cloud/firestore";
import { GRPC_STATUS, hasGrpcStatus } from "../firestore/grpcStatus.ts";
import { readStoredEvent, type StoredEvent } from "./storedEvent.ts";
import { type Increments, tally } from "./tally.ts";

/**
 * Events in one commit at the most. A commit holds at most 10 MiB: an event's mark and the counters that it may touch,
 * each with the longest name that the limits of an event allow, are below 30 KB together.
 *
 * A document takes at most 500 field transforms in a commit. One transform an action, and one for its part from
 * development builds, stay below that whatever the number of events: see `MAX_EXTRA_ACTIONS`.
 *
 * Source: https://firebase.google.com/docs/firestore/quotas#writes_and_transactions
 */
export const MAX_EVENTS_PER_COMMIT = 300;

/** How often a lone event is read again while somebody keeps changing its document. */
const MAX_ATTEMPTS = 5;

/** How events are counted. */
export type Counting = {
	/** What the events are marked with, in milliseconds since the epoch. */
	readonly countedAt: number;
	/** Is told of an event that became malformed after it was delivered, and is not counted. */
	readonly onMalformed?: (problem: string) => void;
};

/**
 * Counts events, each exactly once however often and in whatever order it is delivered, and marks them as counted in the
 * same atomic commit.
 *
 * An event's document is its own ledger. The usual commit reads nothing: it marks each event under the precondition that
 * the document is still as it was delivered, and adds to counters that it expects to exist. It is refused when an event
 * was counted or deleted before, or when a counter is new. Then the events are read, what is counted or gone is left out,
 * missing counters are created, and the rest is committed in the same way. No lock is held from the reading to the commit:
 * with a transaction, instances that count the same version would wait for each other until one gives up. A commit whose
 * outcome is unknown can be sent again.
 *
 * @param delivered Events as they were delivered; the same event may stand in it twice.
 * @throws Error of the Firestore client when nothing was counted or the outcome is unknown: then the same events can be
 * counted again.
 */
export async function countEvents(db: Firestore, delivered: readonly StoredEvent[], counting: Counting): Promise<void> {
	// A document may say already that it is counted: an imported backup, whose counters came with it, is delivered too.
	const uncounted = delivered.filter(({ isCounted }) => !isCounted);
	const events = [...new Map(uncounted.map((event) => [event.ref.path, event])).values()];
	if (events.length > 0 && !(await tryToCommit(db, events, counting))) await countRefused(db, events, counting);
}

/**
 * Counts what is left of a group that was refused. When that is refused too, others count some of the same events at this
 * moment: each half by itself collides less, down to the single event.
 */
async function countRefused(
	db: Firestore,
	refused: readonly StoredEvent[],
	counting: Counting,
	attempt = 1,
): Promise<void> {
	const events = await readUncounted(db, refused, counting);
	if (events.length === 0) return;
	await createMissingCounters(db, events);
	if (await tryToCommit(db, events, counting)) return;

	if (events.length === 1) {
		if (attempt === MAX_ATTEMPTS) throw new Error("An event could not be counted: its document keeps changing.");
		return countRefused(db, events, counting, attempt + 1);
	}
	const middle = Math.ceil(events.length / 2);
	await countRefused(db, events.slice(0, middle), counting);
	await countRefused(db, events.slice(middle), counting);
}

/** Commits without reading; false when that is refused. */
async function tryToCommit(db: Firestore, events: readonly StoredEvent[], { countedAt }: Counting): Promise<boolean> {
	try {
		await commitBlindly(db, events, countedAt);
		return true;
	} catch (error) {
		if (isRefused(error)) return false;
		throw error;
	}
}

async function commitBlindly(db: Firestore, events: readonly StoredEvent[], countedAt: number): Promise<void> {
	const batch = db.batch();
	for (const { ref, updateTime } of events) {
		batch.update(
			ref,
			{ counted_at: Timestamp.fromMillis(countedAt) },
			updateTime ? { lastUpdateTime: updateTime } : {},
		);
	}
	for (const [path, increments] of tally(events)) batch.update(db.doc(path), counterUpdate(increments));
	await batch.commit();
}

/** Reads events as they stand now, without those that are counted, gone or malformed. */
async function readUncounted(
	db: Firestore,
	events: readonly StoredEvent[],
	{ onMalformed }: Counting,
): Promise<readonly StoredEvent[]> {
	const snapshots = await db.getAll(...events.map(({ ref }) => ref));
	return snapshots.flatMap((snapshot) => {
		if (!snapshot.exists) return [];
		const read = readStoredEvent(snapshot);
		if (read.ok) return read.event.isCounted ? [] : [read.event];
		onMalformed?.(read.problem);
		return [];
	});
}

/** Creates the counters of events that don't exist yet, with nothing counted. */
async function createMissingCounters(db: Firestore, events: readonly StoredEvent[]): Promise<void> {
	const counters = [...tally(events)].map(([path, increments]) => ({ ref: db.doc(path), increments }));
	const snapshots = await db.getAll(...counters.map(({ ref }) => ref), { fieldMask: [] });
	const missing = counters.filter((_, index) => !snapshots[index]?.exists);
	if (missing.length === 0) return;

	const batch = db.batch();
	for (const { ref, increments } of missing) {
		batch.create(ref, { ...increments.identity, first_event_at: increments.firstReceivedAt });
	}
	try {
		await batch.commit();
	} catch (error) {
		// Another delivery was faster.
		if (!hasGrpcStatus(error, GRPC_STATUS.alreadyExists)) throw error;
	}
}

/** The server's time makes `last_event_at` grow only, in whatever order commits arrive. */
function counterUpdate({ fields }: Increments) {
	const increments = [...fields].map(([field, by]) => [field, FieldValue.increment(by)] as const);
	return { ...Object.fromEntries(increments), last_event_at: FieldValue.serverTimestamp() };
}

/** Whether a commit was refused because a document is not, or no longer, as the commit expected it. */
function isRefused(error: unknown): boolean {
	return hasGrpcStatus(error, GRPC_STATUS.failedPrecondition, GRPC_STATUS.notFound);
}
