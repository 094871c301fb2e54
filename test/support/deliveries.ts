import { randomUUID } from "node:crypto";
import type { QueryDocumentSnapshot } from "@google-cloud/firestore";
import { expect } from "chai";
import { COLLECTIONS } from "../../functions/src/firestore/paths.ts";
import { type CloudEvent, createdEvent, deliver, storedDocument } from "../../scripts/emulators/cloudEvent.ts";
import type { HostedFunction } from "../../scripts/emulators/hostedFunction.ts";
import { dbWithoutTriggers } from "./database.ts";
import { host } from "./hosts.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "./suite.ts";

/** Deliveries that are on their way to an instance at the same time. */
const CONCURRENCY = 50;

/** The events of an app in the project without triggers. */
export async function storedEvents(appId: string): Promise<readonly QueryDocumentSnapshot[]> {
	const { docs } = await dbWithoutTriggers.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).get();
	return docs;
}

/** The CloudEvent that tells of an event as it is stored now. */
export function createdEventOf(snapshot: QueryDocumentSnapshot): CloudEvent {
	return createdEvent(PROJECT_WITHOUT_TRIGGERS, randomUUID(), storedDocument(snapshot));
}

/** Delivers CloudEvents to an instance of `countEvent`, many at the same time, and expects that it takes each of them. */
export async function deliverAll({ url }: HostedFunction, events: readonly CloudEvent[]): Promise<void> {
	const waiting = events.values();
	const statuses: number[] = [];
	const work = async () => {
		for (const event of waiting) statuses.push(await deliver(url, event));
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, work));
	expect(statuses).to.deep.equal(events.map(() => 204));
}

/** Counts an app's events as they are stored now, each by one delivery to an instance with these settings. */
export async function countStoredEvents(appId: string, settings?: Readonly<Record<string, string>>): Promise<void> {
	await deliverAll(await host("countEvent", settings), (await storedEvents(appId)).map(createdEventOf));
}
