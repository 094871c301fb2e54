import { type Firestore, Timestamp, type WriteBatch } from "@google-cloud/firestore";
import { deviceState, eventDocument, type ReceivedEvent } from "../firestore/documents.ts";
import { GRPC_STATUS, hasGrpcStatus } from "../firestore/grpcStatus.ts";
import { appPath, devicePath, eventPath } from "../firestore/paths.ts";

/** How often a commit is tried again when another request creates the same documents at the same time. */
const MAX_ATTEMPTS = 5;

/**
 * Stores events and what they say of their devices, atomically, and resolves once they are durable. An event whose id
 * exists already is left as it is, so that the same events stored again change nothing.
 *
 * The usual request is one commit without a read: its events are new and its device is known. When Firestore refuses
 * that, what exists is read and the rest is created, parents included.
 *
 * @param retentionDays Days to keep an event; 0 keeps it.
 * @throws Error of the Firestore client when nothing was stored.
 */
export async function storeEvents(
	db: Firestore,
	events: readonly ReceivedEvent[],
	retentionDays: number,
): Promise<void> {
	const devices = groupByDevice(events);
	try {
		await commitBlindly(db, devices, retentionDays);
	} catch (error) {
		if (!isRefused(error)) throw error;
		await createMissing(db, devices, retentionDays);
	}
}

type DeviceEvents = {
	readonly path: string;
	readonly appId: string;
	readonly deviceId: string;
	/** By path, so that an event that stands twice in a request is one document. */
	readonly events: Map<string, ReceivedEvent>;
};

function groupByDevice(events: readonly ReceivedEvent[]): readonly DeviceEvents[] {
	const devices = new Map<string, DeviceEvents>();
	for (const received of events) {
		const { app_id: appId, device_id: deviceId } = received.event;
		const path = devicePath(appId, deviceId);
		const device = devices.get(path) ?? { path, appId, deviceId, events: new Map() };
		devices.set(path, device);
		device.events.set(eventPath(appId, deviceId, received.id), received);
	}
	return [...devices.values()];
}

async function commitBlindly(db: Firestore, devices: readonly DeviceEvents[], retentionDays: number): Promise<void> {
	const batch = db.batch();
	for (const { path, events } of devices) {
		createEvents(db, batch, [...events], retentionDays);
		const [first, ...others] = events.values();
		// An update is refused where the device is missing: that is how a new device is noticed without a read.
		if (first) batch.update(db.doc(path), deviceState([first, ...others]));
	}
	await batch.commit();
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
	{ path, appId, events }: DeviceEvents,
	exists: ReadonlySet<string>,
	retentionDays: number,
): void {
	const missing = [...events].filter(([eventPath]) => !exists.has(eventPath));
	const [first, ...others] = missing.map(([, received]) => received);
	// A request that only repeats what is stored may be old: it says nothing of the device's present state.
	if (!first) return;

	createEvents(db, batch, missing, retentionDays);
	const state = deviceState([first, ...others]);
	const seenAt = Timestamp.fromMillis(first.receivedAt);
	if (exists.has(path)) batch.update(db.doc(path), state);
	else batch.create(db.doc(path), { ...state, first_seen_at: seenAt });

	const app = appPath(appId);
	if (!exists.has(app)) batch.set(db.doc(app), { app_id: appId, first_event_at: seenAt }, { merge: true });
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
	const paths = new Set(devices.flatMap(({ path, appId, events }) => [appPath(appId), path, ...events.keys()]));
	const snapshots = await db.getAll(...[...paths].map((path) => db.doc(path)), { fieldMask: [] });
	return new Set(snapshots.filter(({ exists }) => exists).map(({ ref }) => ref.path));
}

/** Whether a commit was refused because something exists already, or because a device does not exist yet. */
function isRefused(error: unknown): boolean {
	return hasGrpcStatus(error, GRPC_STATUS.alreadyExists, GRPC_STATUS.notFound);
}
