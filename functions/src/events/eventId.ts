import { hash } from "node:crypto";
import { actionKind } from "./actions.ts";
import type { Event } from "./schema.ts";

/**
 * Events without a timestamp are the same event when their content is the same and they arrive within the same window of
 * this length. OkHttp and Volley send a request again by themselves when its answer is lost, within seconds.
 */
const WINDOW_MS = 120_000;

/** An event that arrives this early in its window may have arrived before, in the window before it. */
const OVERLAP_MS = 30_000;

/** The document id of an event. */
export type EventId = {
	/** The id to store it under. */
	readonly id: string;
	/** The id under which it may be stored already; then it must not be stored again. */
	readonly earlierId?: string;
};

/**
 * The document id by which an event that is sent again is known.
 *
 * Events have no id of their own on the wire. One with a `timestamp` is known by its content for ever: two events of one
 * device with the same content in the same millisecond are one event. One without is known by its content for at least
 * 30 seconds after it first arrived, and for 2 minutes and a half at most. Of these, those that may really happen again
 * within that time are not known and need an id of their own: what the app went through, and operators' own actions.
 *
 * @param receivedAt When it arrived, in milliseconds since the epoch.
 * @returns undefined where the event can't be known again.
 */
export function eventId(event: Event, receivedAt: number): EventId | undefined {
	if (event.timestamp !== undefined) return { id: contentId(event) };
	if (mayHappenAgain(event.action)) return undefined;
	const window = Math.floor(receivedAt / WINDOW_MS);
	const id = contentId(event, window);
	return receivedAt % WINDOW_MS < OVERLAP_MS ? { id, earlierId: contentId(event, window - 1) } : { id };
}

function mayHappenAgain(action: string): boolean {
	switch (actionKind(action)) {
		case "lifecycle":
		case "health":
		case "custom":
			return true;
		case "install":
		case "bundle":
		case "progress":
		case "failure":
		case "refusal":
		case "channel":
			return false;
	}
}

/** 128 bits of SHA-256 in hex; not sequential, so that it makes no hot spot. */
function contentId({ metadata, ...event }: Event, window?: number): string {
	const content = [sortedFields(event), metadata && sortedFields(metadata), window];
	return hash("sha256", JSON.stringify(content), "hex").slice(0, 32);
}

/** Sorted, so that the order in which a client writes them doesn't matter. */
function sortedFields(fields: object): readonly (readonly [string, unknown])[] {
	return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
}
