import { expect } from "chai";
import { COLLECTIONS, devicePath, eventsPath } from "../../functions/src/firestore/paths.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { receivedEvent } from "../support/receivedEvent.ts";

const NOW = Date.now();
const RETENTION_DAYS = 90;

describe("storeTogether", () => {
	it("stores requests of new and repeated events in one go, whatever device they are of", async () => {
		const appId = newAppId();
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

	it("writes events and nothing else", async () => {
		const appId = newAppId();
		await storeTogether(db, [[event(appId, "device", 1)], [event(appId, "device", 2)]], RETENTION_DAYS);
		const device = db.doc(devicePath(appId, "device"));
		expect((await device.get()).exists, "the device").to.equal(false);
		expect((await device.parent.parent?.get())?.exists, "the app").to.equal(false);
	});

	it("leaves what is stored as it is, when it is stored again", async () => {
		const appId = newAppId();
		const first = event(appId, "device", 1);
		await storeTogether(db, [[first]], RETENTION_DAYS);
		await db.doc(`${eventsPath(appId, "device")}/${first.id}`).update({ message: "seen" });
		await storeTogether(db, [[first], [first, event(appId, "device", 2)]], RETENTION_DAYS);
		const messages = (await storedEvents(appId, "device")).map((stored) => stored.get("message"));
		expect(messages).to.have.members(["seen", undefined]);
	});

	it("leaves out what was stored a moment ago under the id of the time before", async () => {
		const appId = newAppId();
		const [first, again] = [event(appId, "device", 1), event(appId, "device", 2)];
		await storeTogether(db, [[first]], RETENTION_DAYS);
		const other = { ...event(appId, "device", 3), earlierId: "never stored" };
		await storeTogether(db, [[{ ...again, earlierId: first.id }, other]], RETENTION_DAYS);
		const ids = (await storedEvents(appId, "device")).map(({ id }) => id);
		expect(ids).to.have.members([first.id, other.id]);
	});

	it("notes on the device how many events were dropped, and stores none of them", async () => {
		const appId = newAppId();
		const dropped = [1, 2].map((sequence) => ({ ...event(appId, "device", sequence), droppedEvents: sequence }));
		await storeTogether(db, [[...dropped, event(appId, "device", 3)], dropped], RETENTION_DAYS);
		expect(await storedEvents(appId, "device")).to.have.length(1);
		expect((await db.doc(devicePath(appId, "device")).get()).get("dropped_events")).to.equal(6);
	});

	it("stores every event once, whatever is stored at the same time", async () => {
		const appId = newAppId();
		const requests = Array.from({ length: 20 }, (_, index) => [event(appId, `device-${index % 4}`, index)]);
		const groups = [requests.slice(0, 10), requests.slice(5, 15), requests.slice(10, 20), requests];

		await Promise.all(groups.map((group) => storeTogether(db, group, RETENTION_DAYS)));

		const events = await db.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).get();
		expect(events.size).to.equal(20);
	});
});

function event(appId: string, deviceId: string, sequence: number) {
	return receivedEvent(appId, { device_id: deviceId, timestamp: NOW + sequence }, { receivedAt: NOW });
}

async function storedEvents(appId: string, deviceId: string) {
	const { docs } = await db.collection(eventsPath(appId, deviceId)).get();
	return docs;
}
