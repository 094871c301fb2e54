import type { DocumentData } from "@google-cloud/firestore";
import type { Device } from "../functions/src/devices/device.ts";
import { deviceDocumentFields } from "../functions/src/devices/deviceDocument.ts";
import type { DeviceEvent } from "../functions/src/devices/deviceEvent.ts";
import { effectOf } from "../functions/src/devices/effect.ts";
import { project } from "../functions/src/devices/project.ts";
import { occurredAt } from "../functions/src/events/eventTime.ts";
import { deviceFields, isDevEvent, type ReceivedEvent } from "../functions/src/firestore/documents.ts";

const RETENTION_DAYS = 400;

/**
 * The document of a device after its earlier requests were counted one by one.
 *
 * @param requests The events of each, oldest request first.
 */
export function deviceDocumentAfter(requests: readonly (readonly ReceivedEvent[])[]): DocumentData {
	let device: Device | undefined;
	for (const request of requests) {
		const [first, ...others] = request.map(deviceEventOf);
		if (first === undefined) continue;
		const projection = project(device, [first, ...others]);
		if (projection.isChanged) device = projection.device;
	}
	if (device === undefined) throw new Error("A device that sent nothing has no document.");
	const document: DocumentData = {};
	for (const [[name, key], value] of deviceDocumentFields(undefined, device, RETENTION_DAYS)) {
		if (value === undefined) continue;
		document[name] = key === undefined ? value : { ...document[name], [key]: value };
	}
	return document;
}

function deviceEventOf({ id, event, receivedAt }: ReceivedEvent): DeviceEvent {
	const { action, version_name: version, old_version_name: oldVersion, timestamp } = event;
	const happenedAt = occurredAt(timestamp, receivedAt);
	return {
		id,
		action,
		version,
		replacedVersion: action === "set" && oldVersion !== version ? oldVersion : undefined,
		isDev: isDevEvent(event),
		occurredAt: happenedAt,
		receivedAt,
		hasTimestamp: timestamp !== undefined,
		effect: effectOf(event, happenedAt),
		targets: [],
		fields: deviceFields(event),
	};
}
