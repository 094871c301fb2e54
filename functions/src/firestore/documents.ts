import { Timestamp } from "@google-cloud/firestore";
import { expiresAt, occurredAt } from "../events/eventTime.ts";
import { DEVICE_FIELDS, type Event } from "../events/schema.ts";
import { uncountedSince } from "./uncounted.ts";

/** A validated event and when it arrived, in milliseconds since the epoch. */
export type ReceivedEvent = {
	readonly id: string;
	readonly event: Event;
	readonly receivedAt: number;
	/** The id under which the same event would have been stored a moment before, for one that has no timestamp. */
	readonly earlierId?: string | undefined;
	/** The versions that other events of the same request name as being on their way to the device. */
	readonly targets?: readonly string[];
	/** The version that it named, where it counts as one of another. */
	readonly sentVersion?: string;
};

/** The fields of an event that tell of its device. The others tell what happened. */
const FIELDS_OF_DEVICES = ["app_id", "device_id", "platform", "is_prod", "is_emulator", ...DEVICE_FIELDS];

/** The document of an event that was not counted yet. `docs/data-model.md` tells its fields. */
export function eventDocument(
	{ id, event, receivedAt, targets = [], sentVersion }: ReceivedEvent,
	retentionDays: number,
) {
	const occurred = occurredAt(event.timestamp, receivedAt);
	const expires = expiresAt(occurred, receivedAt, retentionDays);
	return {
		...event,
		...(targets.length > 0 && { request_targets: targets }),
		...(sentVersion !== undefined && { sent_version_name: sentVersion }),
		occurred_at: Timestamp.fromMillis(occurred),
		received_at: Timestamp.fromMillis(receivedAt),
		expire_at: expires === null ? null : Timestamp.fromMillis(expires),
		counted_at: null,
		uncounted_since: uncountedSince(id, receivedAt),
	};
}

/** Whether an event came from an emulator, or from a build that is not for production. */
export function isDevEvent(event: Pick<Event, "is_emulator" | "is_prod">): boolean {
	return event.is_emulator || !event.is_prod;
}

/** What an event's document tells of its device. */
export function deviceFields(event: Readonly<Record<string, unknown>>): Record<string, string | boolean | null> {
	return Object.fromEntries(
		FIELDS_OF_DEVICES.flatMap((name) => {
			const value = event[name];
			return typeof value === "string" || typeof value === "boolean" || value === null ? [[name, value]] : [];
		}),
	);
}
