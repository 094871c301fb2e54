import type { Firestore } from "@google-cloud/firestore";
import { type CountOptions, createCount } from "../../functions/src/counters/createCount.ts";
import { readStoredEvent, type StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { COLLECTIONS } from "../../functions/src/firestore/paths.ts";

const OPTIONS: CountOptions = {
	extraActions: new Set(),
	deviceRetentionDays: 400,
	maxNewDevicesPerDay: 1_000_000,
	onTooManyDevices: () => {},
	tracksDevices: true,
	now: Date.now,
	onMalformed: () => {},
};

/** Counts events as an instance of `countEvent` does, in this process. */
export function counting(
	db: Firestore,
	options: Partial<CountOptions> = {},
): (events: readonly StoredEvent[]) => Promise<void> {
	return createCount(db, { ...OPTIONS, ...options });
}

/** An app's events as they are stored now, but for malformed ones. */
export async function readEvents(db: Firestore, appId: string): Promise<readonly StoredEvent[]> {
	const { docs } = await db.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).get();
	return docs.map(readStoredEvent).flatMap((read) => (read.ok ? [read.event] : []));
}
