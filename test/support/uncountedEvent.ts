import { readStoredEvent, type StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { eventDocument, type ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { eventsPath } from "../../functions/src/firestore/paths.ts";

const RETENTION_DAYS = 90;

/** It names documents and is never asked for one. */
const db = openFirestore("demo-without-database");

/** An event as counting reads it, without a database that holds it. */
export function uncountedEvent(received: ReceivedEvent): StoredEvent {
	const { app_id: appId, device_id: deviceId } = received.event;
	const ref = db.doc(`${eventsPath(appId, deviceId)}/${received.id}`);
	const data = () => eventDocument(received, RETENTION_DAYS);
	const read = readStoredEvent({ ref, data });
	if (!read.ok) throw new Error(read.problem);
	return read.event;
}
