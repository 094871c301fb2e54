import type { QueryDocumentSnapshot } from "@google-cloud/firestore";
import type { Logs } from "../logs.ts";
import { readStoredEvent, type StoredEvent } from "./storedEvent.ts";

/** What the handler needs of the world. */
export type CountContext = {
	/** Resolves once the event is counted; rejects when that is not sure. */
	readonly count: (event: StoredEvent) => Promise<void>;
	readonly logs: Logs;
};

/**
 * Makes the handler of a created event. It resolves once the event is counted, and rejects when it must be delivered again.
 * A malformed event is set aside: delivering it again would never help. A delivery that brought no document is not the
 * event's fault, so it is refused.
 *
 * What it throws says no more than that it failed: the server that hosts a function logs that with its stack, and
 * Firestore's messages name documents.
 */
export function createCountHandler({ count, logs }: CountContext) {
	return async (snapshot: QueryDocumentSnapshot | undefined): Promise<void> => {
		try {
			const read = readStoredEvent(deliveredDocument(snapshot));
			if (!read.ok) return logs.eventMalformed(read.problem);
			await count(read.event);
		} catch (error) {
			logs.countingFailed(error);
			throw new Error("The event could not be counted yet.");
		}
	};
}

/**
 * The document that a delivery brought. The Firebase SDK hands on a CloudEvent without data as no document, and one whose
 * data is empty as a document that doesn't exist.
 *
 * @throws Error when it brought none.
 */
export function deliveredDocument(snapshot: QueryDocumentSnapshot | undefined): QueryDocumentSnapshot {
	// The type says that a created document exists.
	const exists: boolean | undefined = snapshot?.exists;
	if (snapshot && exists) return snapshot;
	throw new Error("The delivery can't be read: it holds no document.");
}
