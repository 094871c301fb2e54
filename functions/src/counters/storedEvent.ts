import { type DocumentReference, type DocumentSnapshot, Timestamp } from "@google-cloud/firestore";
import * as z from "zod";
import { ACTION_NAME } from "../events/actions.ts";
import { utcDay } from "../events/eventTime.ts";
import { MAX_NAME_LENGTH } from "../events/limits.ts";
import { isDevEvent } from "../firestore/documents.ts";
import { appIdOfPath } from "../firestore/paths.ts";

const timestamp = z.instanceof(Timestamp);

/** No longer than what ingest takes, so that it fits into the id of a counter. */
const version = z.string().min(1).max(MAX_NAME_LENGTH);

/** The fields of an event's document that counting reads. */
const storedEventSchema = z.object({
	action: z.string().regex(ACTION_NAME),
	version_name: version,
	old_version_name: version.optional(),
	is_prod: z.boolean(),
	is_emulator: z.boolean(),
	occurred_at: timestamp,
	received_at: timestamp,
	counted_at: timestamp.nullable(),
});

/** What counting needs to know of an event's document. */
export type StoredEvent = {
	readonly ref: DocumentReference;
	/** When the document was written that this was read from. */
	readonly updateTime: Timestamp | undefined;
	readonly appId: string;
	readonly action: string;
	readonly version: string;
	/** The version that a `set` replaced. */
	readonly replacedVersion?: string;
	readonly isDev: boolean;
	/** The UTC day on which it happened. */
	readonly day: string;
	readonly receivedAt: Timestamp;
	readonly isCounted: boolean;
};

/** What {@link readStoredEvent} finds in a document. */
export type ReadEvent =
	| { readonly ok: true; readonly event: StoredEvent }
	| { readonly ok: false; readonly path: string; readonly problem: string };

/** Reads an event's document. One that somebody changed by hand until it is no event any more is named with its problem. */
export function readStoredEvent(snapshot: DocumentSnapshot): ReadEvent {
	const { ref, updateTime } = snapshot;
	const parsed = storedEventSchema.safeParse(snapshot.data());
	if (!parsed.success) return { ok: false, path: ref.path, problem: z.prettifyError(parsed.error) };

	const { action, version_name: version, old_version_name: oldVersion, ...stored } = parsed.data;
	const replaces = action === "set" && oldVersion !== undefined && oldVersion !== version;
	const event: StoredEvent = {
		ref,
		updateTime,
		appId: appIdOfPath(ref.path),
		action,
		version,
		...(replaces && { replacedVersion: oldVersion }),
		isDev: isDevEvent(stored),
		day: utcDay(stored.occurred_at.toMillis()),
		receivedAt: stored.received_at,
		isCounted: stored.counted_at !== null,
	};
	return { ok: true, event };
}
