import type { DocumentData, Firestore } from "@google-cloud/firestore";
import { DEVICE_RETENTION_DAYS, RETENTION_DAYS } from "../functions/src/config.ts";
import { readStoredEvent, type StoredEvent } from "../functions/src/counters/storedEvent.ts";
import type { Device } from "../functions/src/devices/device.ts";
import { deviceDocumentFields, nestedFields } from "../functions/src/devices/deviceDocument.ts";
import { project } from "../functions/src/devices/project.ts";
import { eventDocument, type ReceivedEvent } from "../functions/src/firestore/documents.ts";
import { eventsPath } from "../functions/src/firestore/paths.ts";
import { settingDefault } from "../scripts/cli/settingDefault.ts";

/**
 * The document of a device after its earlier requests were counted one by one; undefined where they held no event.
 *
 * @param db What the paths of documents belong to. Nothing is read or written.
 * @param requests The events of each, oldest request first.
 */
export function deviceDocumentAfter(
	db: Firestore,
	requests: readonly (readonly ReceivedEvent[])[],
): DocumentData | undefined {
	let device: Device | undefined;
	for (const request of requests) {
		const [first, ...others] = request.map((event) => storedEvent(db, event));
		if (first === undefined) continue;
		const projection = project(device, [first, ...others]);
		if (projection.isChanged) device = projection.device;
	}
	return device && nestedFields(deviceDocumentFields(undefined, device, settingDefault(DEVICE_RETENTION_DAYS)));
}

function storedEvent(db: Firestore, received: ReceivedEvent): StoredEvent {
	const { event, id } = received;
	const ref = db.doc(`${eventsPath(event.app_id, event.device_id)}/${id}`);
	const read = readStoredEvent({
		ref,
		data: () => eventDocument(received, settingDefault(RETENTION_DAYS)),
	});
	if (!read.ok) throw new Error(`${read.path}: ${read.problem}`);
	return read.event;
}
