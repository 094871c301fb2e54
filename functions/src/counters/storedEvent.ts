import { type DocumentReference, type DocumentSnapshot, Timestamp } from "@google-cloud/firestore";
import * as z from "zod";
import type { DeviceEvent } from "../devices/deviceEvent.ts";
import { effectOf } from "../devices/effect.ts";
import { ACTION_NAME } from "../events/actions.ts";
import { utcDay, utcHour } from "../events/eventTime.ts";
import { MAX_NAME_LENGTH } from "../events/sizes.ts";
import { deviceFields, isDevEvent } from "../firestore/documents.ts";
import { appIdOfPath } from "../firestore/paths.ts";
import { type LedgerEntry, ledgerFields, readLedgerEntry } from "./ledger.ts";

const timestamp = z.instanceof(Timestamp);

/** No longer than what ingest takes, so that it fits into the id of a counter. */
const version = z.string().min(1).max(MAX_NAME_LENGTH);

/** The fields of an event's document that counting reads. */
const storedEventSchema = z.object({
	action: z.string().regex(ACTION_NAME),
	version_name: version,
	old_version_name: version.optional(),
	platform: z.string().default(""),
	plugin_version: z.string().nullish(),
	metadata: z.record(z.string(), z.string()).optional(),
	timestamp: z.number().optional(),
	request_targets: z.array(version).default([]),
	is_prod: z.boolean(),
	is_emulator: z.boolean(),
	occurred_at: timestamp,
	received_at: timestamp,
	expire_at: timestamp.nullable().default(null),
	counted_at: timestamp.nullable(),
	...ledgerFields,
});

/** What counting needs to know of an event's document. */
export type StoredEvent = DeviceEvent & {
	readonly ref: DocumentReference;
	/** When the document was written that this was read from. */
	readonly updateTime: Timestamp | undefined;
	readonly appId: string;
	/** The UTC day on which it happened, and the hour of that day: `00` to `23`. */
	readonly day: string;
	readonly hour: string;
	readonly receivedTime: Timestamp;
	readonly expiresAt: Timestamp | null;
	/** What it added to the counters; undefined until it is counted. */
	readonly ledger: LedgerEntry | undefined;
};

/** What {@link readStoredEvent} finds in a document. */
export type ReadEvent =
	| { readonly ok: true; readonly event: StoredEvent }
	| { readonly ok: false; readonly path: string; readonly problem: string };

/** Reads an event's document. One that somebody changed by hand until it is no event any more is named with its problem. */
export function readStoredEvent(snapshot: Pick<DocumentSnapshot, "ref" | "updateTime" | "data">): ReadEvent {
	const { ref, updateTime } = snapshot;
	const data = snapshot.data();
	const parsed = storedEventSchema.safeParse(data);
	if (!parsed.success) return { ok: false, path: ref.path, problem: z.prettifyError(parsed.error) };

	const { action, version_name: version, old_version_name: oldVersion, ...stored } = parsed.data;
	const replaces = action === "set" && oldVersion !== undefined && oldVersion !== version;
	const occurredAt = stored.occurred_at.toMillis();
	const event: StoredEvent = {
		ref,
		updateTime,
		id: ref.id,
		appId: appIdOfPath(ref.path),
		action,
		version,
		replacedVersion: replaces ? oldVersion : undefined,
		isDev: isDevEvent(stored),
		occurredAt,
		receivedAt: stored.received_at.toMillis(),
		hasTimestamp: stored.timestamp !== undefined,
		effect: effectOf({ ...stored, action, version_name: version }, occurredAt),
		targets: stored.request_targets,
		fields: deviceFields(data ?? {}),
		day: utcDay(occurredAt),
		hour: utcHour(occurredAt),
		receivedTime: stored.received_at,
		expiresAt: stored.expire_at,
		ledger: stored.counted_at === null ? undefined : readLedgerEntry(action, stored),
	};
	return { ok: true, event };
}

/** The path of the device to which a stored event belongs. */
export function devicePathOf({ ref }: StoredEvent): string {
	return ref.path.slice(0, ref.path.lastIndexOf("/", ref.path.lastIndexOf("/") - 1));
}
