import { type Firestore, type QueryDocumentSnapshot, Timestamp } from "@google-cloud/firestore";
import { ZodError } from "zod";
import type { Logs } from "../logs.ts";
import { countEvents } from "./countEvents.ts";

/** What the handler needs of the world. */
export type CountContext = {
	readonly db: Firestore;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	readonly logs: Logs;
};

/**
 * Makes the handler of a created event. It resolves once the event is counted, and rejects when it must be delivered again.
 * A malformed event is set aside: delivering it again would never help.
 */
export function createCountHandler({ db, now, logs }: CountContext) {
	return async (snapshot: QueryDocumentSnapshot): Promise<void> => {
		try {
			await countEvents(db, [snapshot], Timestamp.fromMillis(now()));
		} catch (error) {
			if (error instanceof ZodError) return logs.eventMalformed(error);
			logs.countingFailed(error, 1);
			throw error;
		}
	};
}
