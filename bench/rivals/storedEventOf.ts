import type { DocumentSnapshot } from "@google-cloud/firestore";
import { readStoredEvent, type StoredEvent } from "../../functions/src/counters/storedEvent.ts";

/** The event of a document that is known to be well formed. */
export function storedEventOf(snapshot: DocumentSnapshot): StoredEvent {
	const read = readStoredEvent(snapshot);
	if (!read.ok) throw new Error(`${read.path}: ${read.problem}`);
	return read.event;
}
