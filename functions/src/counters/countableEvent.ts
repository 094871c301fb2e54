import { type DocumentSnapshot, Timestamp } from "@google-cloud/firestore";
import { z } from "zod";
import { ACTION_NAME } from "../events/actions.ts";
import { utcDay } from "../events/eventTime.ts";
import { isDevEvent } from "../firestore/documents.ts";
import { appIdOfPath } from "../firestore/paths.ts";

const timestamp = z.instanceof(Timestamp);

/** The fields of an event's document that counting reads. */
const storedEventSchema = z.object({
	action: z.string().regex(ACTION_NAME),
	version_name: z.string().min(1),
	old_version_name: z.string().min(1).optional(),
	is_prod: z.boolean(),
	is_emulator: z.boolean(),
	occurred_at: timestamp,
	received_at: timestamp,
	counted_at: timestamp.nullable(),
});

/** What counting needs to know of an event. */
export type CountableEvent = {
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

/**
 * Reads an event's document.
 *
 * @throws z.ZodError when the document is not one that ingest wrote: somebody changed it by hand.
 */
export function countableEvent(snapshot: DocumentSnapshot): CountableEvent {
	const stored = storedEventSchema.parse(snapshot.data());
	const { action, version_name: version, old_version_name: oldVersion } = stored;
	const replaces = action === "set" && oldVersion !== undefined && oldVersion !== version;
	return {
		appId: appIdOfPath(snapshot.ref.path),
		action,
		version,
		...(replaces && { replacedVersion: oldVersion }),
		isDev: isDevEvent(stored),
		day: utcDay(stored.occurred_at.toMillis()),
		receivedAt: stored.received_at,
		isCounted: stored.counted_at !== null,
	};
}
