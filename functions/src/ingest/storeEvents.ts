import { FieldValue, type Firestore, Timestamp, type WriteBatch } from "@google-cloud/firestore";
import { deviceState, eventDocument, type ReceivedEvent } from "../firestore/documents.ts";
import { GRPC_STATUS, hasGrpcStatus } from "../firestore/grpcStatus.ts";
import { appIdOfPath, appPath, COLLECTIONS, devicePath } from "../firestore/paths.ts";
import type { CappedEvent } from "./deviceCap.ts";

/** How often a commit is tried again when another request creates the same documents at the same time. */
const MAX_ATTEMPTS = 5;

/**
 * Stores the events of one request: see {@link storeTogether}.
 *
 * @param retentionDays Days to keep an event; 0 keeps it.
 * @throws Error of the Firestore client when nothing was stored.
 */
export function storeEvents(db: Firestore, events: readonly CappedEvent[], retentionDays: number): Promise<void> {
	return storeTogether(db, [events], retentionDays);
}

/**
 * Stores the events of several requests and what they say of their devices, and resolves once all are durable. What one
 * request says is stored atomically. An event whose id exists already is left as it is, so that the same events stored
 * again change nothing. Of events that are to be dropped only the number is kept, on their device.
 *
 * The usual requests are one commit without a read: their events are new and their devices are known. When Firestore
 * refuses that, each request is tried by itself, so that only those that are refused again have to read; of these, what
 * exists is read and the rest is created, parents included.
 *
 * @param retentionDays Days to keep an event; 0 keeps it.
 * @throws Error of the Firestore client when one of the requests may not be stored. Storing all of them again is safe.
 */
export async function storeTogether(
	db: Firestore,
	requests: readonly (readonly CappedEvent[])[],
	retentionDays: number,
): Promise<void> {
	if (await tryToCommit(db, requests.flat(), retentionDays)) return;
	const refused = requests.length === 1 ? requests : await refusedAlone(db, requests, retentionDays);
	if (refused.length > 0) await createMissing(db, groupByDevice(refused.flat()), retentionDays);
}

async function refusedAlone(
	db: Firestore,
	requests: readonly (readonly CappedEvent[])[],
	retentionDays: number,
): Promise<readonly (readonly CappedEvent[])[]> {
	const committed = await Promise.all(requests.map((events) => tryToCommit(db, events, retentionDays)));
	return requests.filter((_, index) => !committed[index]);
}

/** Commits without reading; false when that is refused. */
async function tryToCommit(db: Firestore, events: readonly CappedEvent[], retentionDays: number): Promise<boolean> {
	try {
		await commitBlindly(db, groupByDevice(events), retentionDays);
		return true;
	} catch (error) {
		if (isRefused(error)) return false;
		throw error;
	}
}

/**
 * Counts the stored events of a device that arrived since a moment, in milliseconds since the epoch. Firestore bills one
 * read for each 1,000 of them: https://firebase.google.com/docs/firestore/pricing#aggregation_queries
 */
export async function countEventsSince(db: Firestore, devicePath: string, since: number): Promise<number> {
	const events = db.collection(`${devicePath}/${COLLECTIONS.events}`);
	const counted = await events.where("received_at", ">=", Timestamp.fromMillis(since)).count().get();
	return counted.data().count;
}

type DeviceEvents = {
	readonly path: string;
	/** The events to store by path, so that an event that stands twice in a request is one document. */
	readonly events: ReadonlyMap<string, ReceivedEvent>;
	/** How many events are dropped. */
	readonly dropped: number;
};

function groupByDevice(events: readonly CappedEvent[]): readonly DeviceEvents[] {
	const devices = Map.groupBy(events, ({ event }) => devicePath(event.app_id, event.device_id));
	return [...devices].map(([path, deviceEvents]) => {
		const kept = deviceEvents.filter(({ isDropped }) => !isDropped);
		return {
			path,
			events: new Map(kept.map((received) => [`${path}/${COLLECTIONS.events}/${received.id}`, received])),
			dropped: deviceEvents.length - kept.length,
		};
	});
}

async function commitBlindly(db: Firestore, devices: readonly DeviceEvents[], retentionDays: number): Promise<void> {
	const batch = db.batch();
	for (const { path, events, dropped } of devices) {
		createEvents(db, batch, [...events], retentionDays);
		// An update is refused where the device is missing: that is how a new device is noticed without a read.
		batch.update(db.doc(path), deviceUpdate([...events.values()], dropped));
	}
	await batch.commit();
}

/** What a request changes in its device's document. */
function deviceUpdate([first, ...others]: readonly ReceivedEvent[], dropped: number) {
	return {
		...(first && deviceState([first, ...others])),
		...(dropped > 0 && {
			dropped_events: FieldValue.increment(dropped),
			last_dropped_at: FieldValue.serverTimestamp(),
		}),
	};
}

async function createMissing(db: Firestore, devices: readonly DeviceEvents[], retentionDays: number): Promise<void> {
	for (let attempt = 1; ; attempt += 1) {
		const exists = await existing(db, devices);
		const batch = db.batch();
		for (const device of devices) addMissing(db, batch, device, exists, retentionDays);
		try {
			await batch.commit();
			return;
		} catch (error) {
			if (!isRefused(error) || attempt === MAX_ATTEMPTS) throw error;
		}
	}
}

function addMissing(
	db: Firestore,
	batch: WriteBatch,
	{ path, events, dropped }: DeviceEvents,
	exists: ReadonlySet<string>,
	retentionDays: number,
): void {
	const missing = [...events].filter(([eventPath]) => !exists.has(eventPath));
	const [[, first] = []] = missing;
	// A request that only repeats what is stored may be old: it says nothing of the device's present state.
	if (!first && dropped === 0) return;

	createEvents(db, batch, missing, retentionDays);
	const update = deviceUpdate(
		missing.map(([, received]) => received),
		dropped,
	);
	if (exists.has(path)) batch.update(db.doc(path), update);
	if (exists.has(path) || !first) return;

	const appId = appIdOfPath(path);
	const seenAt = Timestamp.fromMillis(first.receivedAt);
	batch.create(db.doc(path), { ...update, first_seen_at: seenAt });
	if (!exists.has(appPath(appId))) {
		batch.set(db.doc(appPath(appId)), { app_id: appId, first_event_at: seenAt }, { merge: true });
	}
}

function createEvents(
	db: Firestore,
	batch: WriteBatch,
	events: readonly (readonly [path: string, received: ReceivedEvent])[],
	retentionDays: number,
): void {
	for (const [path, received] of events) batch.create(db.doc(path), eventDocument(received, retentionDays));
}

/** The paths of those documents among the apps, devices and events that exist. */
async function existing(db: Firestore, devices: readonly DeviceEvents[]): Promise<ReadonlySet<string>> {
	const paths = new Set(devices.flatMap(({ path, events }) => [appPath(appIdOfPath(path)), path, ...events.keys()]));
	const snapshots = await db.getAll(...[...paths].map((path) => db.doc(path)), { fieldMask: [] });
	return new Set(snapshots.filter(({ exists }) => exists).map(({ ref }) => ref.path));
}

/** Whether a commit was refused because something exists already, or because a device does not exist yet. */
function isRefused(error: unknown): boolean {
	return hasGrpcStatus(error, GRPC_STATUS.alreadyExists, GRPC_STATUS.notFound);
}
