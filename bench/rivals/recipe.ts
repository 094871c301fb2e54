import type { Firestore } from "@google-cloud/firestore";
import type { StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { tally } from "../../functions/src/counters/tally.ts";
import { counterFields } from "./counterFields.ts";

/**
 * Counts an event as the documentation recommends: a transaction reads the counters and writes them back, each one
 * larger, and a marker document named by the delivery's id keeps a repeated delivery from counting again.
 *
 * Sources: https://firebase.google.com/docs/firestore/solutions/aggregation (the transaction),
 * https://cloud.google.com/blog/products/serverless/cloud-functions-pro-tips-building-idempotent-functions (the marker).
 */
export async function countByRecipe(db: Firestore, eventId: string, event: StoredEvent): Promise<void> {
	const increments = tally([event]);
	const marker = db.collection("countedEvents").doc(eventId);
	const counters = [...increments.keys()].map((path) => db.doc(path));
	await db.runTransaction(async (transaction) => {
		const [marked, ...stored] = await transaction.getAll(marker, ...counters);
		if (marked?.exists) return;
		for (const counter of stored) {
			const added = increments.get(counter.ref.path)?.fields ?? new Map();
			const fields = counterFields(added, (field, by) => Number(counter.get(field) ?? 0) + by);
			transaction.set(counter.ref, fields, { merge: true });
		}
		transaction.create(marker, {});
	});
}
