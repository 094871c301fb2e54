import type { Firestore } from "@google-cloud/firestore";
import { RETENTION_DAYS } from "../../functions/src/config.ts";
import { eventDocument, type ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { COLLECTIONS, devicePath } from "../../functions/src/firestore/paths.ts";
import { settingDefault } from "../cli/settingDefault.ts";
import { type CloudEvent, createdEvent } from "./cloudEvent.ts";

/** Writes in one batch at the most: few enough for any limit of Firestore, many enough to be fast. */
const BATCH_SIZE = 500;

/**
 * Stores events as ingest does.
 *
 * @returns The CloudEvents that announce them, in the same order. Each has its event's id.
 */
export async function storeEventDocuments(
	db: Firestore,
	projectId: string,
	received: readonly ReceivedEvent[],
): Promise<readonly CloudEvent[]> {
	const announced: CloudEvent[] = [];
	for (let start = 0; start < received.length; start += BATCH_SIZE) {
		const documents = received.slice(start, start + BATCH_SIZE).map((one) => ({
			id: one.id,
			path: `${devicePath(one.event.app_id, one.event.device_id)}/${COLLECTIONS.events}/${one.id}`,
			fields: eventDocument(one, settingDefault(RETENTION_DAYS)),
		}));
		const batch = db.batch();
		for (const { path, fields } of documents) batch.create(db.doc(path), fields);
		const results = await batch.commit();
		documents.forEach(({ id, path, fields }, index) => {
			const writeTime = results[index]?.writeTime;
			if (!writeTime) throw new Error(`Firestore did not tell when it wrote ${path}.`);
			announced.push(createdEvent(projectId, id, { path, fields, createTime: writeTime, updateTime: writeTime }));
		});
	}
	return announced;
}
