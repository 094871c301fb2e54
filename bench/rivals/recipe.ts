import type { Firestore } from "@google-cloud/firestore";
import type { StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { tally } from "../../functions/src/counters/tally.ts";
import { counterFields } from "./counterFields.ts";

/**
 * Counts an event as the documentation recommends: a transaction reads the counters and writes them back, each one
 * larger, and a marker document named by the delivery's id keeps a repeated delivery from counting again. It keeps the
 * three counters that this project keeps, and reads all four documents at once, which is the fastest way to write it.
 *
 * Sources: https://firebase.google.com/docs/firestore/solutions/aggregation (the transaction),
 * https://cloud.google.com/blog/products/serverless/cloud-functions-pro-tips-building-idempotent-functions (the marker).
 */
export async function countByRecipe(db: Firestore, eventId: string, event: StoredEvent): Promise<void> {
	const marker = db.collection("countedEvents").doc(eventId);
	const counters = [...tally([event])].map(([path, { fields }]) => ({ ref: db.doc(path), fields }));
	await db.runTransaction(async (transaction) => {
		const [marked, ...counted] = await transaction.getAll(marker, ...counters.map(({ ref }) => ref));
		if (marked?.exists) return;
		counters.forEach(({ ref, fields }, index) => {
			const update = counterFields(fields, (field, by) => Number(counted[index]?.get(field) ?? 0) + by);
			transaction.set(ref, update, { merge: true });
		});
		transaction.create(marker, {});
	});
}
