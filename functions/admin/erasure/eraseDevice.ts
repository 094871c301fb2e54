import type { Firestore, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { MAX_EVENTS_PER_COMMIT } from "../../src/counters/countEvents.ts";
import { readStoredEvent, type StoredEvent } from "../../src/counters/storedEvent.ts";
import { GRPC_STATUS, hasGrpcStatus } from "../../src/firestore/grpcStatus.ts";
import { devicePath, eventsPath } from "../../src/firestore/paths.ts";
import { type ErasedPart, erasedParts } from "./erasedParts.ts";

/** What an erasure removed so far: documents by the collection that they were in. */
export type Erased = Readonly<Record<string, number>>;

/** The device that is erased, and what the erasure needs of the world. */
export type DeviceErasure = {
	readonly appId: string;
	readonly deviceId: string;
	/** Counts events that were not counted yet, without their device: it must not come into being again. */
	readonly countWithoutDevice: (events: readonly StoredEvent[]) => Promise<void>;
	/** Called with what was removed so far, after each step. */
	readonly onProgress: (erased: Erased) => void;
};

/**
 * Removes a device's state and its events. The counters, which name nobody, keep what they counted, the device included; an
 * event that was not counted yet is counted first, by what it says alone.
 *
 * The state goes first, so that nobody finds the device while its events are removed. Each step after that is one atomic
 * commit that removes some events and notes them in their days' documents, so an erasure that was interrupted is finished by
 * another one, and nothing is noted twice. It ends with a look that finds nothing: what arrives and is counted meanwhile is
 * removed too. A device that sends again later is a new device.
 */
export async function eraseDevice(db: Firestore, erasure: DeviceErasure): Promise<Erased> {
	const { appId, deviceId, onProgress } = erasure;
	const device = db.doc(devicePath(appId, deviceId));
	let devices = 0;
	let events = 0;
	for (;;) {
		const { exists } = await device.get();
		if (exists) {
			await device.delete();
			devices = 1;
		}
		let found = 0;
		for await (const removed of eraseEvents(db, erasure)) {
			found += removed;
			onProgress({ devices, events: events + found });
		}
		events += found;
		if (!exists && found === 0) return { devices, events };
	}
}

/** Removes events page by page until none is left, and yields how many each commit removed. */
async function* eraseEvents(
	db: Firestore,
	{ appId, deviceId, countWithoutDevice }: DeviceErasure,
): AsyncGenerator<number> {
	const events = db.collection(eventsPath(appId, deviceId)).limit(MAX_EVENTS_PER_COMMIT);
	for (;;) {
		const { docs } = await events.get();
		if (docs.length === 0) return;
		const stored = docs.map(readStoredEvent).flatMap((read) => (read.ok ? [read.event] : []));
		const uncounted = stored.filter(({ ledger }) => ledger === undefined);
		if (uncounted.length > 0) {
			// Counting changes the documents: they are read again, and removed as counted ones.
			await countWithoutDevice(uncounted);
			continue;
		}
		const counted = stored.flatMap((event) => (event.ledger ? [{ event, ledger: event.ledger }] : []));
		if (await removeEvents(db, docs, erasedParts(counted))) yield docs.length;
	}
}

/** Whether the events were removed; false when one of them was changed or removed meanwhile. */
async function removeEvents(
	db: Firestore,
	events: readonly QueryDocumentSnapshot[],
	parts: readonly ErasedPart[],
): Promise<boolean> {
	const batch = db.batch();
	for (const { ref, updateTime } of events) batch.delete(ref, { lastUpdateTime: updateTime });
	for (const { path, increments } of parts) {
		const [[field, value] = [], ...others] = increments;
		if (field !== undefined) batch.update(db.doc(path), field, value, ...others.flat());
	}
	return unlessRefused(batch.commit());
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
