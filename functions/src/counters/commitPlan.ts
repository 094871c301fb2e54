import type { Timestamp } from "@google-cloud/firestore";
import type { Device } from "../devices/device.ts";
import { type DeviceFieldValue, deviceDocumentFields } from "../devices/deviceDocument.ts";
import { type DeviceOutcome, project, projectWithoutDevice, UNTRACKED } from "../devices/project.ts";
import { appIdOfPath, appPath } from "../firestore/paths.ts";
import { countedMark } from "./countedMark.ts";
import type { LedgerEntry } from "./ledger.ts";
import { type NewDevices, newDevicesField } from "./newDevices.ts";
import { devicePathOf, type StoredEvent } from "./storedEvent.ts";
import { type CountedEvent, type Tally, tally } from "./tally.ts";

/** A device's document as it was read. */
export type StoredDevice = {
	/** Undefined where the document doesn't exist, or holds no device. */
	readonly device: Device | undefined;
	/** Undefined where the document doesn't exist. */
	readonly updateTime: Timestamp | undefined;
};

/** What one commit writes. */
export type CommitPlan = {
	readonly events: readonly CountedEvent[];
	readonly devices: readonly DeviceWrite[];
	readonly counters: Tally;
	/** The devices that come into being. They are among what the counters count. */
	readonly newDevices: NewDevices;
};

/** How a device's document changes. */
export type DeviceWrite = {
	readonly path: string;
	readonly stored: StoredDevice;
	readonly device: Device;
	readonly fields: readonly DeviceFieldValue[];
};

/** By what a plan is made. */
export type PlanRules = {
	/** The action under which an action is counted: those that nobody knows share one counter. */
	readonly countedAs: (action: string) => string;
	/** Days after which a device that is not seen any more is forgotten; 0 keeps it. */
	readonly deviceRetentionDays: number;
};

/**
 * Decides what one commit writes for some events: their marks, their devices, and the counters.
 *
 * @param events Events that are not counted, each once.
 * @param devices Their devices by path. Events of a device that is missing here are counted without it.
 * @param room How many devices of each app may come into being. Beyond it, the events of a device that is new are counted
 * and do nothing to devices.
 */
export function planCommit(
	events: readonly StoredEvent[],
	devices: ReadonlyMap<string, StoredDevice>,
	room: NewDevices,
	rules: PlanRules,
): CommitPlan {
	const counted: CountedEvent[] = [];
	const writes: DeviceWrite[] = [];
	const made = new Map<string, number>();
	const count = (ofDevice: readonly StoredEvent[], outcomeOf: (event: StoredEvent) => DeviceOutcome) => {
		for (const event of ofDevice) counted.push({ event, ledger: ledgerOf(event, outcomeOf(event), rules) });
	};
	const hasRoom = (appId: string) => (made.get(appId) ?? 0) < (room.ofApps.get(appId) ?? 0);

	for (const [path, ofDevice] of groupByDevice(events)) {
		const stored = devices.get(path);
		const [{ appId }] = ofDevice;
		if (stored === undefined) {
			count(ofDevice, projectWithoutDevice);
			continue;
		}
		if (stored.device === undefined) {
			if (!hasRoom(appId)) {
				count(ofDevice, () => UNTRACKED);
				continue;
			}
			made.set(appId, (made.get(appId) ?? 0) + 1);
		}
		const { device, isChanged, outcomes } = project(stored.device, ofDevice);
		count(ofDevice, (event) => outcomes.get(event.id) ?? projectWithoutDevice(event));
		if (isChanged) {
			const fields = deviceDocumentFields(stored.device, device, rules.deviceRetentionDays);
			writes.push({ path, stored, device, fields });
		}
	}
	const newDevices = { day: room.day, ofApps: made };
	return { events: counted, devices: writes, counters: withNewDevices(tally(counted), newDevices), newDevices };
}

/** By the app: how many devices some events would bring into being. */
export function newDevicesIn(
	events: readonly StoredEvent[],
	devices: ReadonlyMap<string, StoredDevice>,
): ReadonlyMap<string, number> {
	const paths = new Set(events.map(devicePathOf));
	const ofApps = new Map<string, number>();
	for (const path of paths) {
		const stored = devices.get(path);
		if (stored === undefined || stored.device !== undefined) continue;
		const appId = appIdOfPath(path);
		ofApps.set(appId, (ofApps.get(appId) ?? 0) + 1);
	}
	return ofApps;
}

function withNewDevices(counters: Tally, { day, ofApps }: NewDevices): Tally {
	const changed = new Map(counters);
	for (const [appId, devices] of ofApps) {
		const app = counters.get(appPath(appId));
		if (app === undefined) continue;
		changed.set(appPath(appId), { ...app, fields: new Map([...app.fields, [newDevicesField(day), devices]]) });
	}
	return changed;
}

/**
 * A document takes at most 500 transforms in a commit; one of them sets its time.
 * Source: https://firebase.google.com/docs/firestore/quotas#writes_and_transactions
 */
export const MAX_INCREMENTS_PER_DOCUMENT = 499;

/** A commit holds at most 10 MiB (the same source). What is not reckoned here, such as names of fields, is far less than the rest. */
export const MAX_COMMIT_BYTES = 8 * 1_024 * 1_024;

/** Whether a plan goes beyond what Firestore takes in one commit. One event alone never does. */
export function isTooLarge(plan: CommitPlan): boolean {
	const increments = [...plan.counters.values()].map(({ fields }) => fields.size);
	return Math.max(...increments) > MAX_INCREMENTS_PER_DOCUMENT || planBytes(plan) > MAX_COMMIT_BYTES;
}

/** An upper bound of a commit's size in bytes. */
export function planBytes({ events, devices, counters }: CommitPlan): number {
	const marks = events.map(({ event, ledger }) => jsonBytes([event.ref.path, countedMark(event, ledger, 0)]));
	const states = devices.map(({ path, fields }) => jsonBytes([path, fields]));
	const sums = [...counters].map(([path, { identity, fields }]) => jsonBytes([path, identity, [...fields.keys()]]));
	return [...marks, ...states, ...sums].reduce((sum, bytes) => sum + bytes, 0);
}

/** Protobuf writes names and values once, as JSON does; a document's name has the database's in front, and each value its type. */
const DOCUMENT_OVERHEAD_BYTES = 512;

/** A UTF-16 code unit is at most 3 bytes in UTF-8. */
function jsonBytes(value: unknown): number {
	return DOCUMENT_OVERHEAD_BYTES + 3 * JSON.stringify(value).length;
}

function ledgerOf(event: StoredEvent, outcome: DeviceOutcome, { countedAs }: PlanRules): LedgerEntry {
	return { ...outcome, countedAs: countedAs(event.action) };
}

function groupByDevice(events: readonly StoredEvent[]): ReadonlyMap<string, readonly [StoredEvent, ...StoredEvent[]]> {
	const devices = new Map<string, [StoredEvent, ...StoredEvent[]]>();
	for (const event of events) {
		const path = devicePathOf(event);
		const group = devices.get(path);
		if (group) group.push(event);
		else devices.set(path, [event]);
	}
	return devices;
}
