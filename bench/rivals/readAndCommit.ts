import type { Firestore } from "@google-cloud/firestore";
import { FieldValue, Timestamp } from "../../functions/node_modules/firebase-admin/lib/firestore/index.js";
import { devicePathOf, type StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { countersOf } from "./counters.ts";

/** As long as the device of an event was seen so lately, in milliseconds, it is not written. */
const LAST_SEEN_STEP_MS = 10 * 60 * 1_000;

/**
 * Counts an event with the least that can be done for it: one read, of its device, and one commit of its mark, its counters
 * and, where it is long ago, when the device was last seen. It decides nothing of what the device has done.
 */
export async function readAndCommit(db: Firestore, event: StoredEvent): Promise<void> {
	const device = await db.doc(devicePathOf(event)).get();
	const batch = db.batch();
	batch.update(
		event.ref,
		{ counted_at: Timestamp.now(), uncounted_since: FieldValue.delete() },
		event.updateTime ? { lastUpdateTime: event.updateTime } : {},
	);
	const lastSeenAt: unknown = device.get("last_seen_at");
	const isRecent = lastSeenAt instanceof Timestamp && event.receivedAt < lastSeenAt.toMillis() + LAST_SEEN_STEP_MS;
	if (!isRecent) batch.set(device.ref, { last_seen_at: event.receivedTime }, { merge: true });
	for (const [path, fields] of countersOf(event, (_field, by) => FieldValue.increment(by))) {
		batch.set(db.doc(path), fields, { merge: true });
	}
	await batch.commit();
}
