import { FieldValue, type Firestore, Timestamp } from "@google-cloud/firestore";
import type { Repair } from "./repairs.ts";

/**
 * Adds the differences of a repair to its counter document, once. The document keeps the moment of the recount: when the
 * answer to the commit was lost and the transaction runs again, that tells that it is done.
 *
 * @param readTime The moment at which the recount read the events and the counters.
 * @returns `conflict` when another recount changed the document after that moment; then nothing is added.
 */
export async function applyRepair(
	db: Firestore,
	{ counter, differences, firstReceivedAt }: Repair,
	readTime: Timestamp,
): Promise<"repaired" | "conflict"> {
	const ref = db.doc(counter.path);
	return db.runTransaction(async (transaction) => {
		const current = await transaction.get(ref);
		const recountedAt: unknown = current.get("recounted_at");
		if (isSameTime(recountedAt, readTime)) return "repaired";
		if (!isSameTime(recountedAt, counter.recountedAt)) return "conflict";

		if (!current.exists) {
			const times = { first_event_at: firstReceivedAt ?? readTime, last_event_at: FieldValue.serverTimestamp() };
			transaction.create(ref, { ...counter.identity, ...times });
		}
		const increments = differences.map(
			({ field, stored, expected }) => [field, FieldValue.increment(expected - stored)] as const,
		);
		// Whoever looks for counters that changed goes by the time of the newest event.
		const times = { recounted_at: readTime, last_event_at: FieldValue.serverTimestamp() };
		transaction.update(ref, { ...Object.fromEntries(increments), ...times });
		return "repaired";
	});
}

function isSameTime(found: unknown, time: Timestamp | undefined): boolean {
	return found instanceof Timestamp ? time !== undefined && found.isEqual(time) : time === undefined;
}
