import type { DocumentData, Firestore } from "@google-cloud/firestore";
import { DEVICE_RETENTION_DAYS, RETENTION_DAYS } from "../../functions/src/config.ts";
import { countedMark } from "../../functions/src/counters/countedMark.ts";
import type { LedgerEntry } from "../../functions/src/counters/ledger.ts";
import { readStoredEvent, type StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { createTally } from "../../functions/src/counters/tally.ts";
import type { Device } from "../../functions/src/devices/device.ts";
import { deviceDocumentFields, nestedFields } from "../../functions/src/devices/deviceDocument.ts";
import { project } from "../../functions/src/devices/project.ts";
import { parseEvent } from "../../functions/src/events/schema.ts";
import { DAY_MS } from "../../functions/src/events/time.ts";
import { eventDocument } from "../../functions/src/firestore/documents.ts";
import { devicePath, eventsPath } from "../../functions/src/firestore/paths.ts";
import { settingDefault } from "../cli/settingDefault.ts";
import { Random } from "./random.ts";
import { type LivedEvent, liveThrough, type Release } from "./releaseLife.ts";

/** How much history there is to be. */
export type HistorySize = {
	readonly appId: string;
	readonly versions: number;
	readonly days: number;
	readonly devices: number;
	/** Devices whose events are stored too, with a custom id `customer-1` and so on: of those on which the newest release failed. */
	readonly failures: number;
	/** How many days ago the newest version was released. */
	readonly newestAge: number;
};

/** A document to write, and where. */
export type Written = { readonly path: string; readonly data: DocumentData };

/** Days after which a made-up device is deleted: what the settings' defaults say. */

/**
 * The documents that an app would have after a history of releases, made up but repeatable. Each device lives through its
 * releases and tells of them in events, which go through the same functions as real ones. Their documents are left out but
 * for some of those that failed, so that a large history is soon written.
 *
 * @param db What the paths of documents belong to. Nothing is written.
 * @param now Milliseconds since the epoch: when the newest event came.
 */
export function* releaseHistory(db: Firestore, size: HistorySize, now: number): Generator<Written> {
	const random = new Random("history");
	const releases = releasesOf(size, now, random);
	const counters = createTally();
	const newestAt = new Map<string, number>();
	let failuresLeft = size.failures;
	for (let index = 0; index < size.devices; index += 1) {
		const { events, hasFailed } = liveThrough(releases, { appId: size.appId, now }, new Random(`history/${index}`));
		const { device, counted } = count(db, events);
		for (const { event, ledger } of counted) {
			counters.add({ event, ledger });
			for (const version of [event.version, ledger.release ?? event.version]) {
				newestAt.set(version, Math.max(newestAt.get(version) ?? 0, event.receivedAt));
			}
		}
		const isStored = hasFailed && failuresLeft > 0;
		const customId = isStored && { custom_id: `customer-${size.failures - failuresLeft + 1}` };
		const path = devicePath(size.appId, events[0]?.body.device_id ?? "");
		yield { path, data: { ...documentOf(device), ...customId } };
		if (!isStored) continue;
		failuresLeft -= 1;
		for (const { event, ledger, fields } of counted) yield countedDocument(event, ledger, fields);
	}
	yield* counterDocuments(counters.documents, newestAt, now);
}

/** Newest first. Of the two newest, which a team looks at in the middle of a rollout, one fails and one doesn't. */
function releasesOf({ versions, days, newestAge }: HistorySize, now: number, random: Random): readonly Release[] {
	return Array.from({ length: versions }, (_, age) => {
		const number = versions - age;
		const releasedOn = Math.min(days - 1, Math.floor((age * days) / versions) + newestAge);
		return {
			version: `4.${Math.floor(number / 10)}.${number % 10}`,
			releasedAt: now - releasedOn * DAY_MS,
			failureRate: age === 0 ? 0.12 : age === 3 ? 0.028 : 0.002 + random.unit() * 0.008,
			// What is wrong with it shows on one kind of device alone.
			weakness: age === 0 ? { version_os: "13", version_build: "3.9.0", failureRate: 0.6 } : undefined,
			crashRate: 0.004 + random.unit() * 0.004,
		};
	});
}

type Counted = { readonly event: StoredEvent; readonly ledger: LedgerEntry; readonly fields: DocumentData };

/** Counts a device's events as the functions would. */
function count(
	db: Firestore,
	lived: readonly LivedEvent[],
): { readonly device: Device; readonly counted: readonly Counted[] } {
	const stored = lived.map(({ id, body, receivedAt }) => {
		const parsed = parseEvent(body);
		if (!parsed.ok) throw new Error(`A made-up event is refused: ${JSON.stringify(parsed.issues)}`);
		const fields = eventDocument({ id, event: parsed.event, receivedAt }, settingDefault(RETENTION_DAYS));
		const { app_id: appId, device_id: deviceId } = parsed.event;
		const read = readStoredEvent({
			ref: db.doc(`${eventsPath(appId, deviceId)}/${id}`),
			data: () => fields,
		});
		if (!read.ok) throw new Error(`A made-up event can't be read: ${read.problem}`);
		return { event: read.event, fields };
	});
	const [first, ...others] = stored.map(({ event }) => event);
	if (first === undefined) throw new Error("A made-up device has no events.");
	const { device, outcomes } = project(undefined, [first, ...others]);
	const counted = stored.map(({ event, fields }) => {
		const outcome = outcomes.get(event.id) ?? { gained: [], lost: [] };
		return { event, fields, ledger: { ...outcome, countedAs: event.action } };
	});
	return { device, counted };
}

function documentOf(device: Device): DocumentData {
	return nestedFields(deviceDocumentFields(undefined, device, settingDefault(DEVICE_RETENTION_DAYS)));
}

function countedDocument(event: StoredEvent, ledger: LedgerEntry, fields: DocumentData): Written {
	const { uncounted_since, ...kept } = fields;
	const { uncounted_since: removed, ...mark } = countedMark(event, ledger, event.receivedAt);
	return { path: event.ref.path, data: { ...kept, ...mark } };
}

function* counterDocuments(
	documents: ReturnType<typeof createTally>["documents"],
	newestAt: ReadonlyMap<string, number>,
	now: number,
): Generator<Written> {
	for (const [path, { identity, firstReceivedAt, fields }] of documents) {
		const at = newestAt.get(identity["version_name"] ?? "") ?? now;
		const times = { first_event_at: firstReceivedAt, last_event_at: new Date(at) };
		const increments = [...fields].map(([field, by]) => [field.split("."), by] as const);
		yield { path, data: increments.reduce<DocumentData>(set, { ...identity, ...times }) };
	}
}

/** Sets a field below the maps that its path names. */
function set(
	document: DocumentData,
	[[name = "", ...rest], value]: readonly [readonly string[], number],
): DocumentData {
	document[name] = rest.length === 0 ? value : set(document[name] ?? {}, [rest, value]);
	return document;
}

/** Documents of one commit. */
const BATCH_SIZE = 400;

/** Writes documents in bulk, and tells how many were written so far. */
export async function writeAll(
	db: Firestore,
	documents: Iterable<Written>,
	onProgress: (written: number) => void = () => {},
): Promise<void> {
	let written = 0;
	for (const group of groupsOf(documents, BATCH_SIZE)) {
		const batch = db.batch();
		for (const { path, data } of group) batch.set(db.doc(path), data);
		await batch.commit();
		written += group.length;
		onProgress(written);
	}
}

function* groupsOf<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
	let group: T[] = [];
	for (const item of items) {
		group.push(item);
		if (group.length < size) continue;
		yield group;
		group = [];
	}
	if (group.length > 0) yield group;
}
