import { Timestamp } from "@google-cloud/firestore";
import { actionKind } from "../events/actions.ts";
import { versionNamed } from "../events/attribution.ts";
import { expiresAt, occurredAt, utcDay } from "../events/eventTime.ts";
import type { Event } from "../events/schema.ts";

/** A validated event and when it arrived, in milliseconds since the epoch. */
export type ReceivedEvent = { readonly id: string; readonly event: Event; readonly receivedAt: number };

/** The document of an event that was not counted yet. `docs/data-model.md` tells its fields. */
export function eventDocument({ event, receivedAt }: ReceivedEvent, retentionDays: number) {
	const occurred = occurredAt(event.timestamp, receivedAt);
	const expires = expiresAt(occurred, receivedAt, retentionDays);
	return {
		...event,
		...(tellsOfFailure(event) && { failed_version_name: event.version_name }),
		occurred_at: Timestamp.fromMillis(occurred),
		received_at: Timestamp.fromMillis(receivedAt),
		expire_at: expires === null ? null : Timestamp.fromMillis(expires),
		counted_at: null,
	};
}

/**
 * What the events of one request say of their device. What none of them says is left as it was: a failure never changes
 * the version that the device runs.
 *
 * @param events Events of one device; at least one.
 */
export function deviceState(events: readonly [ReceivedEvent, ...ReceivedEvent[]]) {
	const inOrder = events.toSorted((a, b) => occurredAtOf(a) - occurredAtOf(b));
	const { event, receivedAt } = inOrder.at(-1) ?? events[0];
	const running = inOrder.findLast(({ event }) => versionNamed(event) === "running");
	return {
		...deviceFields(event),
		...(running && { version_name: running.event.version_name }),
		is_dev: isDevEvent(event),
		last_action: event.action,
		last_seen_at: Timestamp.fromMillis(receivedAt),
		active_on: utcDay(receivedAt),
	};
}

/** Whether an event came from an emulator, or from a build that is not for production. */
export function isDevEvent(event: Pick<Event, "is_emulator" | "is_prod">): boolean {
	return event.is_emulator || !event.is_prod;
}

/** The fields of an event that describe its device: all but those that describe what happened. */
function deviceFields(event: Event) {
	const { action, version_name, old_version_name, file, timestamp, metadata, bundle_id, message, ...fields } = event;
	return fields;
}

function tellsOfFailure(event: Event): boolean {
	const kind = actionKind(event.action);
	return kind === "failure" || kind === "health";
}

function occurredAtOf({ event, receivedAt }: ReceivedEvent): number {
	return occurredAt(event.timestamp, receivedAt);
}
