import { expect } from "chai";
import { eventId } from "../../functions/src/events/eventId.ts";
import { parseEvent } from "../../functions/src/events/schema.ts";
import { COLLECTIONS, devicePath, eventsPath } from "../../functions/src/firestore/paths.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { validEvent } from "../support/validEvent.ts";

const NOW = Date.now();
const RETENTION_DAYS = 90;

describe("storeTogether", () => {
	it("stores requests of known devices, new devices and repeated events in one go", async () => {
		const appId = "com.example.together";
		const known = [event(appId, "known", 1)];
		await storeTogether(db, [known], RETENTION_DAYS);

		const requests = [
			[event(appId, "known", 2)],
			known,
			[...known, event(appId, "known", 3)],
			[event(appId, "new", 1), event(appId, "new", 2)],
			[event(appId, "other-new", 1)],
		];
		await storeTogether(db, requests, RETENTION_DAYS);

		expect(await storedEvents(appId, "known")).to.have.length(3);
		expect(await storedEvents(appId, "new")).to.have.length(2);
		expect(await storedEvents(appId, "other-new")).to.have.length(1);
	});

	it("writes the state of a device that sends two requests at a time once, as its newest event says", async () => {
		const appId = "com.example.together.state";
		await storeTogether(db, [[event(appId, "device", 1)]], RETENTION_DAYS);

		await storeTogether(
			db,
			[[event(appId, "device", 3, { version_name: "3.0.0" })], [event(appId, "device", 2, { version_name: "2.0.0" })]],
			RETENTION_DAYS,
		);

		const device = await db.doc(devicePath(appId, "device")).get();
		expect(device.get("version_name")).to.equal("3.0.0");
	});

	it("leaves no event without its device, whatever is stored at the same time", async () => {
		const appId = "com.example.together.race";
		const requests = Array.from({ length: 20 }, (_, index) => [event(appId, `device-${index % 4}`, index)]);
		const groups = [requests.slice(0, 10), requests.slice(5, 15), requests.slice(10, 20), requests];

		await Promise.all(groups.map((group) => storeTogether(db, group, RETENTION_DAYS)));

		const events = await db.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).get();
		expect(events.size).to.equal(20);
		for (const index of [0, 1, 2, 3]) {
			const device = await db.doc(devicePath(appId, `device-${index}`)).get();
			expect(device.get("first_seen_at"), `device-${index}`).to.exist;
		}
	});
});

function event(appId: string, deviceId: string, sequence: number, fields: object = {}) {
	const parsed = parseEvent(validEvent(appId, { device_id: deviceId, timestamp: NOW + sequence, ...fields }));
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
	return { id: eventId(parsed.event, NOW)?.id ?? "", event: parsed.event, receivedAt: NOW };
}

async function storedEvents(appId: string, deviceId: string) {
	const { docs } = await db.collection(eventsPath(appId, deviceId)).get();
	return docs;
}
