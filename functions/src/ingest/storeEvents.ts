import { FieldValue, type Firestore, Timestamp, type WriteBatch } from "@google-cloud/firestore";
import { utcDay } from "../events/eventTime.ts";
import { eventDocument, type ReceivedEvent } from "../firestore/documents.ts";
import { GRPC_STATUS, hasGrpcStatus } from "../firestore/grpcStatus.ts";
import { COLLECTIONS, devicePath } from "../firestore/paths.ts";
import { type CappedEvent, isDropped } from "./deviceCap.ts";

/** How often a commit is tried again when another request creates the same documents at the same time. */
const MAX_ATTEMPTS = 5;

/**
 * Appends the events of several requests, and resolves once all are durable. An event whose id exists already is left as it
 * is, so that the same events stored again change nothing. Of events that are to be dropped only the number is kept, on their
 * device.
 *
 * The usual requests are one commit without a read, since their events are new. When Firestore refuses that, each request is
 * tried by itself, so that only those that are refused again have to read which of their events exist.
 *
 * @param retentionDays Days to keep an event; 0 keeps it.
 * @throws Error of the Firestore client when one of the requests may not be stored. Storing all of them again is safe.
 */
export async function storeTogether(
	db: Firestore,
	requests: readonly (readonly CappedEvent[])[],
	retentionDays: number,
): Promise<void> {
	const events = await withoutEarlierCopies(db, requests);
	if (await tryToCommit(db, events.flat(), retentionDays)) return;
	const refused = events.length === 1 ? events : await refusedAlone(db, events, retentionDays);
	if (refused.length > 0) await createMissing(db, refused.flat(), retentionDays);
}

async function refusedAlone(
	db: Firestore,
	requests: readonly (readonly CappedEvent[])[],
	retentionDays: number,
): Promise<readonly (readonly CappedEvent[])[]> {
	const committed = await Promise.all(requests.map((events) => tryToCommit(db, events, retentionDays)));
	return requests.filter((_, index) => !committed[index]);
}

/** Commits without reading; false when that is refused. */
async function tryToCommit(db: Firestore, events: readonly CappedEvent[], retentionDays: number): Promise<boolean> {
	const batch = db.batch();
	createEvents(db, batch, events, retentionDays);
	noteDropped(db, batch, events);
	return isCommitted(batch);
}

/** Reads which events exist and creates the others. Nothing was noted as dropped before: each commit is whole. */
async function createMissing(db: Firestore, events: readonly CappedEvent[], retentionDays: number): Promise<void> {
	for (let attempt = 1; ; attempt += 1) {
		const exists = await existing(db, events.map(eventPath));
		const missing = events.filter((event) => isDropped(event) || !exists.has(eventPath(event)));
		if (missing.length === 0 || (await tryToCommit(db, missing, retentionDays))) return;
		if (attempt === MAX_ATTEMPTS) throw new Error("Events could not be stored: others keep creating the same ones.");
	}
}

/** An event without a timestamp may have been stored a moment ago under the id of the time before. */
async function withoutEarlierCopies(
	db: Firestore,
	requests: readonly (readonly CappedEvent[])[],
): Promise<readonly (readonly CappedEvent[])[]> {
	const earlierPaths = requests.flat().flatMap(earlierPath);
	if (earlierPaths.length === 0) return requests;
	const exists = await existing(db, earlierPaths);
	return requests.map((events) => events.filter((event) => !earlierPath(event).some((path) => exists.has(path))));
}

/**
 * Counts the stored events of a device that arrived since a moment, in milliseconds since the epoch. Firestore bills one
 * read for each 1,000 of them: https://firebase.google.com/docs/firestore/pricing#aggregation_queries
 */
export async function countEventsSince(db: Firestore, devicePath: string, since: number): Promise<number> {
	const events = db.collection(`${devicePath}/${COLLECTIONS.events}`);
	const counted = await events.where("received_at", ">=", Timestamp.fromMillis(since)).count().get();
	return counted.data().count;
}

function createEvents(db: Firestore, batch: WriteBatch, events: readonly CappedEvent[], retentionDays: number): void {
	// An event that stands twice in a request is one document.
	const kept = new Map(events.filter((event) => !isDropped(event)).map((event) => [eventPath(event), event]));
	for (const [path, event] of kept) batch.create(db.doc(path), eventDocument(event, retentionDays));
}

function noteDropped(db: Firestore, batch: WriteBatch, events: readonly CappedEvent[]): void {
	const dropped = events.filter(isDropped);
	for (const [path, notes] of Map.groupBy(dropped, ({ event }) => devicePath(event.app_id, event.device_id))) {
		const receivedAt = Math.max(...notes.map((event) => event.receivedAt));
		// The day beside the time: lists ask for it, and an index on a growing time would limit the writes of all devices.
		const note = {
			dropped_events: FieldValue.increment(notes.reduce((sum, { droppedEvents = 0 }) => sum + droppedEvents, 0)),
			dropped_on: utcDay(receivedAt),
			last_dropped_at: FieldValue.serverTimestamp(),
		};
		batch.set(db.doc(path), note, { merge: true });
	}
}

function eventPath(received: ReceivedEvent): string {
	return pathOf(received, received.id);
}

function earlierPath(received: ReceivedEvent): readonly string[] {
	return received.earlierId === undefined ? [] : [pathOf(received, received.earlierId)];
}

function pathOf({ event }: ReceivedEvent, id: string): string {
	return `${devicePath(event.app_id, event.device_id)}/${COLLECTIONS.events}/${id}`;
}

/** Those of some documents that exist, by their paths. A read for each. */
export async function existing(db: Firestore, paths: readonly string[]): Promise<ReadonlySet<string>> {
	const snapshots = await db.getAll(...[...new Set(paths)].map((path) => db.doc(path)), { fieldMask: [] });
	return new Set(snapshots.filter(({ exists }) => exists).map(({ ref }) => ref.path));
}

/** Whether a commit was made; false when an event of it exists already. */
async function isCommitted(batch: WriteBatch): Promise<boolean> {
	try {
		await batch.commit();
		return true;
	} catch (error) {
		if (hasGrpcStatus(error, GRPC_STATUS.alreadyExists)) return false;
		throw error;
	}
}
