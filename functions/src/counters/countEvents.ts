import {
	type DocumentSnapshot,
	FieldValue,
	type Firestore,
	type QueryDocumentSnapshot,
	type Timestamp,
	type Transaction,
} from "@google-cloud/firestore";
import { GRPC_STATUS, hasGrpcStatus } from "../firestore/grpcStatus.ts";
import { countableEvent } from "./countableEvent.ts";
import { type Increments, tally } from "./tally.ts";

/**
 * Counts events, each exactly once however often and in whatever order it is delivered, and marks them as counted. All
 * of it is one atomic commit.
 *
 * An event's document is its own ledger. The usual commit reads nothing: it marks each event under the precondition that
 * the document is still as it was delivered, and adds to counters that it expects to exist. It is refused when an event
 * was counted or deleted before, or when a counter is new; then a transaction reads, leaves out what is counted or gone,
 * and counts the rest. A commit whose outcome is unknown can be sent again.
 *
 * @param snapshots Events as they were delivered; no event twice.
 * @param countedAt What the events are marked with.
 * @throws z.ZodError for a malformed event, before anything is counted; an Error of the Firestore client when nothing was
 * counted or the outcome is unknown: then the same events can be counted again.
 */
export async function countEvents(
	db: Firestore,
	snapshots: readonly QueryDocumentSnapshot[],
	countedAt: Timestamp,
): Promise<void> {
	try {
		await commitBlindly(db, snapshots, countedAt);
	} catch (error) {
		if (!isRefused(error)) throw error;
		await db.runTransaction((transaction) => countUncounted(db, transaction, snapshots, countedAt));
	}
}

async function commitBlindly(
	db: Firestore,
	snapshots: readonly QueryDocumentSnapshot[],
	countedAt: Timestamp,
): Promise<void> {
	const batch = db.batch();
	for (const { ref, updateTime } of snapshots) {
		batch.update(ref, { counted_at: countedAt }, { lastUpdateTime: updateTime });
	}
	for (const [path, increments] of tally(snapshots.map(countableEvent))) {
		batch.update(db.doc(path), counterUpdate(increments));
	}
	await batch.commit();
}

async function countUncounted(
	db: Firestore,
	transaction: Transaction,
	delivered: readonly QueryDocumentSnapshot[],
	countedAt: Timestamp,
): Promise<void> {
	const snapshots = await transaction.getAll(...delivered.map(({ ref }) => ref));
	const uncounted = snapshots
		.filter(({ exists }) => exists)
		.map((snapshot) => ({ ref: snapshot.ref, event: countableEvent(snapshot) }))
		.filter(({ event }) => !event.isCounted);
	if (uncounted.length === 0) return;

	const increments = tally(uncounted.map(({ event }) => event));
	const counters = await transaction.getAll(...[...increments.keys()].map((path) => db.doc(path)));
	for (const { ref } of uncounted) transaction.update(ref, { counted_at: countedAt });
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
