import {
	type DocumentSnapshot,
	FieldPath,
	FieldValue,
	type Firestore,
	type Timestamp,
	type WriteBatch,
} from "@google-cloud/firestore";
import { nestedFields, readDevice } from "../devices/deviceDocument.ts";
import { isSharedDeviceId } from "../devices/sharedIds.ts";
import { decodeDocumentId } from "../firestore/documentId.ts";
import { GRPC_STATUS, hasGrpcStatus, isRefused } from "../firestore/grpcStatus.ts";
import { appPath } from "../firestore/paths.ts";
import {
	type CommitPlan,
	type DeviceWrite,
	isTooLarge,
	newDevicesIn,
	type PlanRules,
	planCommit,
	type StoredDevice,
} from "./commitPlan.ts";
import { countedMark } from "./countedMark.ts";
import type { DeviceCache } from "./deviceCache.ts";
import { forgottenNewDevicesField, type NewDeviceBound } from "./newDevices.ts";
import { devicePathOf, readStoredEvent, type StoredEvent } from "./storedEvent.ts";
import type { Increments, Tally } from "./tally.ts";

/** Events in one commit at the most: what an instance holds of them in memory meanwhile. */
export const MAX_EVENTS_PER_COMMIT = 300;

/** How often a lone event is read again while somebody keeps changing its document or its device's. */
const MAX_ATTEMPTS = 6;

/** The longest pause before a lone event is tried again, in milliseconds: some commits of another instance. */
const MAX_PAUSE_MS = 200;

/** How events are counted. */
export type Counting = PlanRules & {
	/** Milliseconds since the epoch: what the events are marked with. */
	readonly now: () => number;
	readonly devices: DeviceCache;
	readonly newDevices: NewDeviceBound;
	/** Whether events change their devices; false where only what they themselves say is to be counted. */
	readonly tracksDevices: boolean;
	/** Is told of an event that became malformed after it was delivered, and is not counted. */
	readonly onMalformed: (problem: string) => void;
	/** Resolves after so many milliseconds. */
	readonly sleep: (milliseconds: number) => Promise<unknown>;
	/** A number from 0 up to 1, so that instances that met don't meet again. */
	readonly random: () => number;
};

/**
 * Counts events, each exactly once however often and in whatever order it is delivered, and marks them as counted in the
 * same atomic commit, together with what they do to their devices.
 *
 * An event's document is its own ledger: it keeps what it added. The usual commit marks each event under the precondition
 * that its document is still as it was delivered, writes the devices that change under the precondition that they are still
 * as they were read, and adds to counters that it expects to exist. It is refused as a whole when an event was counted or
 * deleted before, a device changed, or a counter is new. Then events and devices are read again, what is counted or gone is
 * left out, missing counters are created, and the rest is decided and committed again: those that nobody else touched
 * together, the others by themselves. No lock is held from the reading to the commit: with a transaction, instances that
 * count the same version would wait for each other until one gives up. A commit whose outcome is unknown can be sent again.
 *
 * @param delivered Events as they were delivered; the same event may stand in it twice.
 * @throws Error of the Firestore client when not all were counted or the outcome is unknown: then the same events can be
 * counted again.
 */
export async function countEvents(db: Firestore, delivered: readonly StoredEvent[], counting: Counting): Promise<void> {
	// A document may say already that it is counted: an imported backup, whose counters came with it, is delivered too.
	const uncounted = delivered.filter(({ ledger }) => ledger === undefined);
	const events = [...new Map(uncounted.map((event) => [event.ref.path, event])).values()];
	if (events.length > 0) await countGroup(db, events, counting);
}

async function countGroup(db: Firestore, events: readonly StoredEvent[], counting: Counting): Promise<void> {
	const devices = await rememberedDevices(db, events, counting);
	const plan = await planWithRoom({ events, devices }, counting);
	if (isTooLarge(plan) && events.length > 1) return inHalves(events, (half) => countGroup(db, half, counting));
	if (await tryToCommit(db, plan, counting)) return;

	const left = await readAgain(db, events, counting);
	const collided = collidedDevices(events, left, devices);
	const [innocent, others] = partition(left.events, (event) => !collided.has(devicePathOf(event)));
	await countRead(db, { events: innocent, devices: left.devices }, counting);
	await countRead(db, { events: others, devices: left.devices }, counting);
}

/** Events, and their devices, as they were just read. */
type Read = { readonly events: readonly StoredEvent[]; readonly devices: ReadonlyMap<string, StoredDevice> };

/**
 * Counts what was just read. When that is refused, others count some of the same events at this moment, or Firestore takes
 * one of them in no commit: each half by itself collides less, down to the single event.
 */
async function countRead(db: Firestore, { events, devices }: Read, counting: Counting, attempt = 1): Promise<void> {
	const [first, ...others] = events;
	if (first === undefined) return;
	const plan = await planWithRoom({ events, devices }, counting);
	if (!isTooLarge(plan) || others.length === 0) {
		await createMissingCounters(db, plan.counters);
		if (await tryToCommit(db, plan, counting)) return;
	}
	if (others.length > 0) {
		return inHalves(events, async (half) => countRead(db, await readAgain(db, half, counting), counting));
	}
	if (attempt === MAX_ATTEMPTS) throw new Error("An event could not be counted: its document keeps changing.");
	// Only an id that many phones share is in the way that often.
	if (attempt === MAX_ATTEMPTS - 1) counting.devices.setContended(devicePathOf(first));
	await counting.sleep(counting.random() * MAX_PAUSE_MS);
	return countRead(db, await readAgain(db, events, counting), counting, attempt + 1);
}

async function planWithRoom({ events, devices }: Read, counting: Counting): Promise<CommitPlan> {
	const room = await counting.newDevices.room(newDevicesIn(events, devices));
	return planCommit(events, devices, room, counting);
}

/** Counts one half and then the other, the other even when the one fails. */
async function inHalves(
	events: readonly StoredEvent[],
	count: (half: readonly StoredEvent[]) => Promise<void>,
): Promise<void> {
	const middle = Math.ceil(events.length / 2);
	try {
		await count(events.slice(0, middle));
	} finally {
		await count(events.slice(middle));
	}
}

/** Commits a plan; false when that is refused, by Firestore or already by its client. */
async function tryToCommit(db: Firestore, plan: CommitPlan, { now, devices, newDevices }: Counting): Promise<boolean> {
	let batch: WriteBatch;
	try {
		batch = batchOf(db, plan, now());
	} catch (error) {
		if (plan.events.length === 1) throw error;
		return false;
	}
	try {
		const results = await batch.commit();
		newDevices.note(plan.newDevices);
		plan.devices.forEach(({ path, device }, index) => {
			devices.set(path, { device, updateTime: results[index]?.writeTime });
		});
		return true;
	} catch (error) {
		for (const { path } of plan.devices) devices.forget(path);
		// What Firestore takes in no commit is found by halving, as what collides is.
		if (isRefused(error) || hasGrpcStatus(error, GRPC_STATUS.invalidArgument)) return false;
		throw error;
	}
}

/** @throws Error of the Firestore client when it can't write one of them. */
function batchOf(db: Firestore, plan: CommitPlan, countedAt: number): WriteBatch {
	const batch = db.batch();
	for (const { path, fields, stored } of plan.devices) writeDevice(db, batch, path, fields, stored);
	for (const { event, ledger } of plan.events) {
		const { ref, updateTime } = event;
		batch.update(ref, countedMark(event, ledger, countedAt), updateTime ? { lastUpdateTime: updateTime } : {});
	}
	const growing = new Set([...plan.newDevices.ofApps.keys()].map(appPath));
	for (const [path, increments] of plan.counters) {
		const forgotten = growing.has(path) && { [forgottenNewDevicesField(plan.newDevices.day)]: FieldValue.delete() };
		batch.update(db.doc(path), { ...counterUpdate(increments), ...forgotten });
	}
	return batch;
}

function writeDevice(
	db: Firestore,
	batch: WriteBatch,
	path: string,
	fields: DeviceWrite["fields"],
	{ updateTime }: StoredDevice,
): void {
	const ref = db.doc(path);
	if (updateTime === undefined) {
		batch.create(ref, nestedFields(fields));
		return;
	}
	const pairs = fields.map(([name, value]) => [new FieldPath(...name), value ?? FieldValue.delete()] as const);
	const [[path1, value1] = [], ...others] = pairs;
	if (path1 !== undefined) batch.update(ref, path1, value1, ...others.flat(), { lastUpdateTime: updateTime });
}

/** The devices of events: as they are remembered, and the others as they are read now. */
async function rememberedDevices(
	db: Firestore,
	events: readonly StoredEvent[],
	counting: Counting,
): Promise<ReadonlyMap<string, StoredDevice>> {
	const paths = ownDevices(events, counting);
	const remembered = new Map(paths.flatMap((path) => pairIfDefined(path, counting.devices.get(path))));
	const missing = paths.filter((path) => !remembered.has(path));
	if (missing.length === 0) return remembered;

	const snapshots = await db.getAll(...missing.map((path) => db.doc(path)));
	const read = snapshots.map((snapshot) => [snapshot.ref.path, storedDevice(snapshot)] as const);
	for (const [path, device] of read) counting.devices.set(path, device);
	return new Map([...remembered, ...read]);
}

/** Events and their devices as they stand now, without events that are counted, gone or malformed. */
async function readAgain(db: Firestore, events: readonly StoredEvent[], counting: Counting): Promise<Read> {
	const paths = ownDevices(events, counting);
	const snapshots = await db.getAll(...events.map(({ ref }) => ref), ...paths.map((path) => db.doc(path)));
	const devices = snapshots.slice(events.length);
	return {
		events: snapshots.slice(0, events.length).flatMap((snapshot) => {
			if (!snapshot.exists) return [];
			const read = readStoredEvent(snapshot);
			if (read.ok) return read.event.ledger === undefined ? [read.event] : [];
			counting.onMalformed(read.problem);
			return [];
		}),
		devices: new Map(devices.map((snapshot) => [snapshot.ref.path, storedDevice(snapshot)])),
	};
}

/** The paths of those devices of events that are one device each. */
function ownDevices(events: readonly StoredEvent[], { devices, tracksDevices }: Counting): readonly string[] {
	if (!tracksDevices) return [];
	const paths = new Set(events.map(devicePathOf));
	return [...paths].filter((path) => !devices.isContended(path) && !isSharedDeviceId(deviceIdOf(path)));
}

function storedDevice(snapshot: DocumentSnapshot): StoredDevice {
	return { device: readDevice(snapshot.data()), updateTime: snapshot.updateTime };
}

/** The devices that somebody else changed, or whose events, between one reading and the next. */
function collidedDevices(
	events: readonly StoredEvent[],
	left: Read,
	devices: ReadonlyMap<string, StoredDevice>,
): ReadonlySet<string> {
	const unchanged = new Set(left.events.map(({ ref, updateTime }) => `${ref.path} ${timeText(updateTime)}`));
	const changedEvents = events.filter(({ ref, updateTime }) => !unchanged.has(`${ref.path} ${timeText(updateTime)}`));
	const changedDevices = [...left.devices].filter(
		([path, { updateTime }]) => timeText(updateTime) !== timeText(devices.get(path)?.updateTime),
	);
	return new Set([...changedEvents.map(devicePathOf), ...changedDevices.map(([path]) => path)]);
}

/** Creates the counters that don't exist yet, with nothing counted. */
async function createMissingCounters(db: Firestore, counters: Tally): Promise<void> {
	const all = [...counters].map(([path, increments]) => ({ ref: db.doc(path), increments }));
	const snapshots = await db.getAll(...all.map(({ ref }) => ref), { fieldMask: [] });
	const missing = all.filter((_, index) => !snapshots[index]?.exists);
	if (missing.length === 0) return;

	const batch = db.batch();
	for (const { ref, increments } of missing) {
		batch.create(ref, { ...increments.identity, first_event_at: increments.firstReceivedAt });
	}
	try {
		await batch.commit();
	} catch (error) {
		// Another delivery was faster.
		if (!hasGrpcStatus(error, GRPC_STATUS.alreadyExists)) throw error;
	}
}

/** The server's time makes `last_event_at` grow only, in whatever order commits arrive. */
function counterUpdate({ fields }: Increments) {
	const increments = [...fields].map(([field, by]) => [field, FieldValue.increment(by)] as const);
	return { ...Object.fromEntries(increments), last_event_at: FieldValue.serverTimestamp() };
}

function deviceIdOf(path: string): string {
	return decodeDocumentId(path.slice(path.lastIndexOf("/") + 1));
}

function timeText(time: Timestamp | undefined): string {
	return time === undefined ? "none" : `${time.seconds}.${time.nanoseconds}`;
}

function pairIfDefined<T>(key: string, value: T | undefined): readonly (readonly [string, T])[] {
	return value === undefined ? [] : [[key, value]];
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [first: T[], second: T[]] {
	return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
