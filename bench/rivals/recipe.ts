import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import type { StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { tally } from "../../functions/src/counters/tally.ts";
import { versionPath } from "../../functions/src/firestore/paths.ts";
import { counterFields } from "./counterFields.ts";

/**
 * Counts an event as the documentation recommends: a transaction reads the counter and writes it back, larger, and a
 * marker document named by the delivery's id keeps a repeated delivery from counting again. It keeps the counter of the
 * version only.
 *
 * Sources: https://firebase.google.com/docs/firestore/solutions/aggregation (the transaction),
 * https://cloud.google.com/blog/products/serverless/cloud-functions-pro-tips-building-idempotent-functions (the marker).
 */
export async function countByRecipe(db: Firestore, eventId: string, event: StoredEvent): Promise<void> {
	const marker = markerOf(db, eventId);
	const path = versionPath(event.appId, event.version);
	await db.runTransaction(async (transaction) => {
		if ((await transaction.get(marker)).exists) return;
		const counter = await transaction.get(db.doc(path));
		transaction.set(counter.ref, grown(counter, tally([event]).get(path)?.fields), { merge: true });
		transaction.create(marker, {});
	});
}

/**
 * The same for the three counters that this project keeps (app, version, day), read at once with the marker: the fastest
 * way to write it.
 */
export async function countThreeByRecipe(db: Firestore, eventId: string, event: StoredEvent): Promise<void> {
	const marker = markerOf(db, eventId);
	const counters = [...tally([event])].map(([path, { fields }]) => ({ ref: db.doc(path), fields }));
	await db.runTransaction(async (transaction) => {
		const [marked, ...counted] = await transaction.getAll(marker, ...counters.map(({ ref }) => ref));
		if (marked?.exists) return;
		counters.forEach(({ ref, fields }, index) => {
			transaction.set(ref, grown(counted[index], fields), { merge: true });
		});
		transaction.create(marker, {});
	});
}

function markerOf(db: Firestore, eventId: string) {
	return db.collection("countedEvents").doc(eventId);
}

function grown(counter: DocumentSnapshot | undefined, increments: ReadonlyMap<string, number> = new Map()) {
	return counterFields(increments, (field, by) => Number(counter?.get(field) ?? 0) + by);
}
