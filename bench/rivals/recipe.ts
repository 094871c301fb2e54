import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import type { StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { versionPath } from "../../functions/src/firestore/paths.ts";
import { countersOf } from "./counters.ts";

/**
 * Counts an event as the documentation recommends: a transaction reads the counter and writes it back, larger, and a
 * marker document named by the delivery's id keeps a repeated delivery from counting again. It keeps the counter of the
 * version only.
 *
 * Sources: https://firebase.google.com/docs/firestore/solutions/aggregation (the transaction),
 * https://cloud.google.com/blog/products/serverless/cloud-functions-pro-tips-building-idempotent-functions (the marker).
 */
export function countByRecipe(db: Firestore, eventId: string, event: StoredEvent): Promise<void> {
	return countIn(db, eventId, event, [versionPath(event.appId, event.version)]);
}

/** The same for all counters of an event (app, version, day), read at once with the marker: the fastest way to write it. */
export function countThreeByRecipe(db: Firestore, eventId: string, event: StoredEvent): Promise<void> {
	return countIn(db, eventId, event, [...countersOf(event, (_field, by) => by).keys()]);
}

async function countIn(db: Firestore, eventId: string, event: StoredEvent, paths: readonly string[]): Promise<void> {
	const marker = db.collection("countedEvents").doc(eventId);
	await db.runTransaction(async (transaction) => {
		const [marked, ...counters] = await transaction.getAll(marker, ...paths.map((path) => db.doc(path)));
		if (marked?.exists) return;
		const stored = new Map(counters.map((counter): [string, DocumentSnapshot] => [counter.ref.path, counter]));
		const grown = countersOf(event, (field, by, path) => Number(stored.get(path)?.get(field) ?? 0) + by);
		for (const path of paths) transaction.set(db.doc(path), grown.get(path) ?? {}, { merge: true });
		transaction.create(marker, {});
	});
}
