import type { DocumentReference, Firestore } from "@google-cloud/firestore";
import { FieldValue, Timestamp } from "../../functions/node_modules/firebase-admin/lib/firestore/index.js";
import { countersOf } from "./counters.ts";
import { storedEventOf } from "./storedEventOf.ts";

/**
 * Counts an event in a transaction that reads it, marks it as counted, and increments its counters: they need not be
 * read, and other transactions may increment them too.
 */
export async function countInTransaction(db: Firestore, ref: DocumentReference): Promise<void> {
	await db.runTransaction(async (transaction) => {
		const event = storedEventOf(await transaction.get(ref));
		if (event.ledger !== undefined) return;
		transaction.update(ref, { counted_at: Timestamp.now() });
		for (const [path, fields] of countersOf(event, (_field, by) => FieldValue.increment(by))) {
			transaction.set(db.doc(path), fields, { merge: true });
		}
	});
}
