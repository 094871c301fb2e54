import type { DocumentReference, Firestore } from "@google-cloud/firestore";
import type { StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { tally } from "../../functions/src/counters/tally.ts";
import { counterFields } from "./counterFields.ts";

/**
 * Counts an event as the documentation recommends: a transaction reads the counters and writes them back, each one
 * larger, and a marker document named by the delivery's id keeps a repeated delivery from counting again. Like the
 * documentation's examples, it reads one document after the other.
 *
 * Sources: https://firebase.google.com/docs/firestore/solutions/aggregation (the transaction),
 * https://cloud.google.com/blog/products/serverless/cloud-functions-pro-tips-building-idempotent-functions (the marker).
 */
export async function countByRecipe(db: Firestore, eventId: string, event: StoredEvent): Promise<void> {
	const marker = db.collection("countedEvents").doc(eventId);
	await db.runTransaction(async (transaction) => {
		if ((await transaction.get(marker)).exists) return;
		const updates: [DocumentReference, object][] = [];
		for (const [path, { fields }] of tally([event])) {
			const counter = await transaction.get(db.doc(path));
			const counted = counterFields(fields, (field, by) => Number(counter.get(field) ?? 0) + by);
			updates.push([counter.ref, counted]);
		}
		for (const [counter, counted] of updates) transaction.set(counter, counted, { merge: true });
		transaction.create(marker, {});
	});
}
