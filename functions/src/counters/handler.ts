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
 * A malformed event is set aside: delivering it again would never help.
 */
export function createCountHandler({ count, logs }: CountContext) {
	return async (snapshot: QueryDocumentSnapshot): Promise<void> => {
		try {
			const read = readStoredEvent(snapshot);
			if (!read.ok) return logs.eventMalformed(read.problem);
			await count(read.event);
		} catch (error) {
			logs.countingFailed(error);
			throw error;
		}
	};
}
