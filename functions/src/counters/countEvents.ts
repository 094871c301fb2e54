import {
	type DocumentSnapshot,
	FieldValue,
	type Firestore,
	Timestamp,
	type Transaction,
} from "@google-cloud/firestore";
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

/**
 * Counts events, each exactly once however often and in whatever order it is delivered, and marks them as counted. All
 * of it is one atomic commit.
 *
 * An event's document is its own ledger. The usual commit reads nothing: it marks each event under the precondition that
 * the document is still as it was delivered, and adds to counters that it expects to exist. It is refused when an event
 * was counted or deleted before, or when a counter is new; then a transaction reads, leaves out what is counted or gone,
 * and counts the rest. A commit whose outcome is unknown can be sent again.
 *
 * @param delivered Events as they were delivered; the same event may stand in it twice.
 * @param countedAt What the events are marked with, in milliseconds since the epoch.
 * @throws Error of the Firestore client when nothing was counted or the outcome is unknown: then the same events can be
 * counted again.
 */
export async function countEvents(db: Firestore, delivered: readonly StoredEvent[], countedAt: number): Promise<void> {
	// A document may say already that it is counted: an imported backup, whose counters came with it, is delivered too.
	const uncounted = delivered.filter(({ isCounted }) => !isCounted);
	const events = [...new Map(uncounted.map((event) => [event.ref.path, event])).values()];
	if (events.length === 0) return;
	try {
		await commitBlindly(db, events, countedAt);
	} catch (error) {
		if (!isRefused(error)) throw error;
		await db.runTransaction((transaction) => countUncounted(db, transaction, events, countedAt));
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

async function countUncounted(
	db: Firestore,
	transaction: Transaction,
	delivered: readonly StoredEvent[],
	countedAt: number,
): Promise<void> {
	const snapshots = await transaction.getAll(...delivered.map(({ ref }) => ref));
	const uncounted = snapshots
		.map(readStoredEvent)
		.flatMap((read) => (read.ok && !read.event.isCounted ? [read.event] : []));
	if (uncounted.length === 0) return;

	const increments = tally(uncounted);
	const counters = await transaction.getAll(...[...increments.keys()].map((path) => db.doc(path)));
	for (const { ref } of uncounted) transaction.update(ref, { counted_at: Timestamp.fromMillis(countedAt) });
	for (const counter of counters) {
		const added = increments.get(counter.ref.path);
		if (added) addToCounter(transaction, counter, added);
	}
}

function addToCounter(transaction: Transaction, counter: DocumentSnapshot, increments: Increments): void {
	const { identity, firstReceivedAt } = increments;
	if (!counter.exists) transaction.create(counter.ref, { ...identity, first_event_at: firstReceivedAt });
	transaction.update(counter.ref, counterUpdate(increments));
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
