import type { DocumentSnapshot, Firestore, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { countEvents, MAX_EVENTS_PER_COMMIT } from "../counters/countEvents.ts";
import { readStoredEvent } from "../counters/storedEvent.ts";
import { GRPC_STATUS, hasGrpcStatus } from "../firestore/grpcStatus.ts";
import { devicePath, eventsPath } from "../firestore/paths.ts";
import { erasedLedger } from "./erasedLedger.ts";

/** What an erasure removed so far: documents by the collection that they were in. */
export type Erased = Readonly<Record<string, number>>;

/** The device that is erased, and what the erasure needs of the world. */
export type DeviceErasure = {
	readonly appId: string;
	readonly deviceId: string;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** Called with what was removed so far, after each step. */
	readonly onProgress: (erased: Erased) => void;
};

/**
 * Removes a device's state and its events. The counters, which name nobody, keep what they counted; an event that was not
 * counted yet is counted first.
 *
 * Each step is one atomic commit that removes some events and notes them in the ledger of their days, so an erasure that
 * was interrupted is finished by another one, and nothing is noted twice. What arrives while it runs is removed too; a
 * device that sends again later is a new device.
 */
export async function eraseDevice(db: Firestore, erasure: DeviceErasure): Promise<Erased> {
	const { appId, deviceId, onProgress } = erasure;
	const device = db.doc(devicePath(appId, deviceId));
	let events = 0;
	for (;;) {
		// Read before the events: an event that arrives after the last look at them writes the state too, and is noticed.
		const state = await device.get();
		for await (const removed of eraseEvents(db, erasure)) {
			events += removed;
			onProgress({ devices: 0, events });
		}
		if (!state.exists) return { devices: 0, events };
		if (await deleteUnchanged(state)) return { devices: 1, events };
	}
}

/** Removes events page by page until none is left, and yields how many each commit removed. */
async function* eraseEvents(db: Firestore, { appId, deviceId, now }: DeviceErasure): AsyncGenerator<number> {
	const events = db.collection(eventsPath(appId, deviceId)).limit(MAX_EVENTS_PER_COMMIT);
	for (;;) {
		const { docs } = await events.get();
		if (docs.length === 0) return;
		const stored = docs.map(readStoredEvent).flatMap((read) => (read.ok ? [read.event] : []));
		const uncounted = stored.filter(({ isCounted }) => !isCounted);
		if (uncounted.length > 0) {
			// Counting changes the documents: they are read again, and removed as counted ones.
			await countEvents(db, uncounted, { countedAt: now() });
			continue;
		}
		if (await removeEvents(db, docs, erasedLedger(stored))) yield docs.length;
	}
}

/** Whether the events were removed; false when one of them was changed or removed meanwhile. */
async function removeEvents(
	db: Firestore,
	events: readonly QueryDocumentSnapshot[],
	ledger: ReturnType<typeof erasedLedger>,
): Promise<boolean> {
	const batch = db.batch();
	for (const { ref, updateTime } of events) batch.delete(ref, { lastUpdateTime: updateTime });
	for (const [path, erased] of ledger) batch.set(db.doc(path), erased, { merge: true });
	return unlessRefused(batch.commit());
}

async function deleteUnchanged({ ref, updateTime }: DocumentSnapshot): Promise<boolean> {
	return unlessRefused(ref.delete(updateTime ? { lastUpdateTime: updateTime } : {}));
}

/** Whether a write was made; false when a document was not as the write expected it. */
async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
	try {
		await write;
		return true;
	} catch (error) {
		if (hasGrpcStatus(error, GRPC_STATUS.failedPrecondition, GRPC_STATUS.notFound)) return false;
		throw error;
	}
}
