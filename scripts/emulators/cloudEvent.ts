import type { DocumentData, DocumentSnapshot } from "@google-cloud/firestore";
// The messages with which firebase-functions decodes an event; the package keeps them to itself.
import compiledFirestore from "../../functions/node_modules/firebase-functions/protos/compiledFirestore.js";

const { DocumentEventData } = compiledFirestore.google.events.cloud.firestore.v1;
type Value = compiledFirestore.google.events.cloud.firestore.v1.IValue;

/** A Firestore `Timestamp`, which keeps microseconds. */
type Time = { readonly seconds: number; readonly nanoseconds: number };

/** A document as Firestore stored it. */
export type StoredDocument = {
	readonly path: string;
	readonly fields: DocumentData;
	readonly createTime: Time;
	readonly updateTime: Time;
};

/** An HTTP request that carries a CloudEvent in binary mode. */
export type CloudEvent = { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array };

/**
 * The CloudEvent with which Firestore announces a created document to `countEvent`.
 * `test/unit/emulators/cloudEvent.test.ts` compares it with one that the emulator sent, byte for byte.
 */
export function createdEvent(
	projectId: string,
	id: string,
	document: StoredDocument,
	databaseId = "(default)",
): CloudEvent {
	const { path, fields, createTime, updateTime } = document;
	const database = `projects/${projectId}/databases/${databaseId}`;
	const body = DocumentEventData.encode({
		value: {
			name: `${database}/documents/${path}`,
			fields: encodeFields(fields),
			createTime: encodeTime(createTime),
			updateTime: encodeTime(updateTime),
		},
		updateMask: {},
	}).finish();
	const headers = {
		"content-type": "application/protobuf",
		"ce-specversion": "1.0",
		"ce-type": "google.cloud.firestore.document.v1.created",
		// The emulator repeats the word.
		"ce-source": `//firestore.googleapis.com/projects/${database}`,
		"ce-id": id,
		"ce-subject": headerText(`documents/${path}`),
		"ce-time": new Date(createTime.seconds * 1_000).toISOString().replace(".000Z", "Z"),
		"ce-datacontenttype": "application/protobuf",
		"ce-dataschema":
			"https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto",
		"ce-location": "us-central1",
		"ce-project": projectId,
		"ce-database": databaseId,
		"ce-namespace": "(default)",
		"ce-document": headerText(path),
	};
	return { headers, body };
}

/** What {@link createdEvent} needs to know of a document that was read. */
export function storedDocument(snapshot: DocumentSnapshot): StoredDocument {
	const { ref, createTime, updateTime } = snapshot;
	const fields = snapshot.data();
	if (!fields || !createTime || !updateTime) throw new Error(`There is no document ${ref.path}.`);
	return { path: ref.path, fields, createTime, updateTime };
}

/** Posts a CloudEvent to a hosted function, as Eventarc does. Resolves to the HTTP status. */
export async function deliver(url: string, { headers, body }: CloudEvent): Promise<number> {
	const response = await fetch(url, { method: "POST", headers, body: Buffer.from(body) });
	await response.arrayBuffer();
	return response.status;
}

function encodeFields(fields: object): Record<string, Value> {
	return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encodeValue(value)]));
}

function encodeValue(value: unknown): Value {
	if (value === null) return { nullValue: 0 };
	switch (typeof value) {
		case "string":
			return { stringValue: value };
		case "boolean":
			return { booleanValue: value };
		case "number":
			return Number.isSafeInteger(value) ? { integerValue: value } : { doubleValue: value };
		case "object":
			if (Array.isArray(value)) return { arrayValue: { values: value.map(encodeValue) } };
			return isTime(value) ? { timestampValue: encodeTime(value) } : { mapValue: { fields: encodeFields(value) } };
		default:
			throw new TypeError(`No event's document holds a ${typeof value}.`);
	}
}

function isTime(value: object): value is Time {
	return "nanoseconds" in value && typeof value.nanoseconds === "number";
}

function encodeTime({ seconds, nanoseconds }: Time) {
	return { seconds, nanos: nanoseconds };
}

/** HTTP headers are bytes: the emulator writes an id's characters in UTF-8. */
function headerText(text: string): string {
	return Buffer.from(text).toString("latin1");
}
