import { eventId } from "../../functions/src/events/eventId.ts";
import { parseEvent } from "../../functions/src/events/schema.ts";
import type { ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { validEvent } from "./validEvent.ts";

/**
 * An event as ingest hands it on to be stored: {@link validEvent} with other fields.
 *
 * @param id Where it is not given, the one that ingest gives an event with a timestamp.
 */
export function receivedEvent(
	appId: string,
	fields: object,
	{ id, receivedAt = Date.now() }: { readonly id?: string; readonly receivedAt?: number } = {},
): ReceivedEvent {
	const parsed = parseEvent(validEvent(appId, fields));
	if (!parsed.ok) throw new Error(`Not an event: ${JSON.stringify(parsed.issues)}`);
	const known = eventId(parsed.event, receivedAt)?.id;
	return { id: id ?? known ?? crypto.randomUUID(), event: parsed.event, receivedAt };
}
