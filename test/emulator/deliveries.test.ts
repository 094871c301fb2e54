import type { DocumentData, QueryDocumentSnapshot } from "@google-cloud/firestore";
import { expect } from "chai";
import { eraseDevice } from "../../functions/admin/erasure/eraseDevice.ts";
import { recount } from "../../functions/admin/recount/recount.ts";
import { HOUR_MS } from "../../functions/src/events/time.ts";
import { GRPC_STATUS } from "../../functions/src/firestore/grpcStatus.ts";
import { eventsPath } from "../../functions/src/firestore/paths.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { type CloudEvent, deliver } from "../../scripts/emulators/cloudEvent.ts";
import type { HostedFunction } from "../../scripts/emulators/hostedFunction.ts";
import { newAppId } from "../support/appIds.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { dbWithoutTriggers, readApp } from "../support/database.ts";
import { createdEventOf, storedEvents } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { host } from "../support/hosts.ts";
import { openThroughProxy } from "../support/openThroughProxy.ts";
import { post } from "../support/post.ts";
import { receivedEvent } from "../support/receivedEvent.ts";
import { deviceOf, sendAll } from "../support/sendAndCount.ts";
import { storedCounters } from "../support/storedCounters.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const HOUR_START = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;

/** An instance that makes few devices in a day; the other one makes as many as come. */
const NEW_DEVICES = 45;
const BOUNDED = { MAX_NEW_DEVICES_PER_DAY: String(NEW_DEVICES) };

describe("A delivery of an event", () => {
	let instance: HostedFunction;
	let otherInstance: HostedFunction;

	before(async () => {
		[instance, otherInstance] = await Promise.all([host("countEvent"), host("countEvent", BOUNDED)]);
	});

	it("counts it once when it comes three times, one after the other", async () => {
		const { app, events } = await storeEvents(1);
		const [event] = events;
		for (let time = 0; time < 3; time += 1) await expectTaken(instance, event);
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 1, actions: { set: 1 } }));
	});

	it("counts it once when it comes three times at once", async () => {
		const { app, events } = await storeEvents(1);
		await Promise.all([...events, ...events, ...events].map((event) => expectTaken(instance, event)));
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 1, actions: { set: 1 } }));
	});

	it("counts it once when two instances get it at once", async () => {
		const { app, events } = await storeEvents(1);
		const [event] = events;
		await Promise.all([instance, otherInstance, instance, otherInstance].map((to) => expectTaken(to, event)));
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 1, actions: { set: 1 } }));
	});

	it("counts each once when two instances get 200 of them at once, in different orders", async () => {
		const { app, events } = await storeEvents(200);
		const deliveries = [
			...events.map((event) => expectTaken(instance, event)),
			...events.toReversed().map((event) => expectTaken(otherInstance, event)),
		];
		await Promise.all(deliveries);
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 200, actions: { set: 200 } }));
	});

	it("counts nothing when the event was deleted meanwhile", async () => {
		const { app, events, documents } = await storeEvents(2);
		await documents[0]?.ref.delete();
		await Promise.all(events.map((event) => expectTaken(instance, event)));
		for (const event of events) await expectTaken(instance, event);
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 1, actions: { set: 1 } }));
	});

	it("counts once what stands there when the event was changed by hand meanwhile", async () => {
		const { app, events, documents } = await storeEvents(2);
		await documents[0]?.ref.update({ action: "get" });
		await Promise.all(events.map((event) => expectTaken(instance, event)));
		for (const event of events) await expectTaken(instance, event);
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 2, actions: { set: 1, get: 1 } }));
	});

	it("counts nothing when the event says that it is counted, as an imported backup does", async () => {
		const { app, documents } = await storeEvents(1);
		const [document] = documents;
		await document?.ref.update({ counted_at: document.get("received_at") });
		const { events } = await readBack(app);
		for (const event of events) await expectTaken(instance, event);
		expect(await countersOf(app)).to.deep.equal({});
	});

	it("counts once more what was deleted and stored again: it is another event", async () => {
		const { app, events, documents } = await storeEvents(1);
		for (const event of events) await expectTaken(instance, event);
		const [document] = documents;
		await document?.ref.delete();
		await document?.ref.create(document.data());
		const again = await readBack(app);
		for (const event of again.events) await expectTaken(instance, event);
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 2, actions: { set: 2 } }));
	});

	it("counts again into a counter that was deleted by hand", async () => {
		const { app, events } = await storeEvents(2);
		const [first, second] = events;
		await expectTaken(instance, first);
		await dbWithoutTriggers.doc(`apps/${app}/versions/3.4.7`).delete();
		await expectTaken(instance, second);
		expect((await countersOf(app))[`apps/${app}/versions/3.4.7`]).to.deep.include({ events: 1, actions: { set: 1 } });
	});

	const malformed: readonly DocumentData[] = [
		{ action: null },
		{ action: "" },
		{ action: "a.b" },
		{ action: "__proto__" },
		{ action: { set: 1 } },
		{ version_name: "" },
		{ version_name: 7 },
		{ version_name: "v".repeat(1_501) },
		{ old_version_name: "v".repeat(1_501) },
		{ is_prod: "true" },
		{ is_emulator: null },
		{ occurred_at: "2026-11-25T12:00:00Z" },
		{ received_at: null },
		{ counted_at: true },
	];
	for (const fields of malformed) {
		const shown = JSON.stringify(fields).replace(/v{9,}/, "vvv…");
		it(`sets aside one that was made malformed by hand, ${shown}, and counts the others`, async () => {
			const { app, documents } = await storeEvents(3);
			await documents[0]?.ref.update(fields);
			const { events } = await readBack(app);
			const logged = logOf(instance);
			await Promise.all(events.map((event) => expectTaken(instance, event)));
			for (const event of events) await expectTaken(instance, event);
			expect(await countersOf(app)).to.deep.equal(counters(app, { events: 2, actions: { set: 2 } }));
			expect(await logged(2)).to.deep.equal(["event_malformed", "event_malformed"]);
		});
	}

	it("sets aside one that was made malformed after it was delivered the first time", async () => {
		const { app, events, documents } = await storeEvents(2);
		await documents[0]?.ref.update({ action: null });
		const logged = logOf(instance);
		await Promise.all(events.map((event) => expectTaken(instance, event)));
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 1, actions: { set: 1 } }));
		expect(await logged(1)).to.deep.equal(["event_malformed"]);
	});

	it("counts one that comes in another form, which the hosting framework takes", async () => {
		const { app, events, documents } = await storeEvents(1);
		const headers = { "content-type": "application/json", "ce-datacontenttype": "application/json" };
		const body = Buffer.from(JSON.stringify({ value: await readAsJson(documents[0]) }));
		for (const event of events) await expectTaken(instance, { headers: { ...event.headers, ...headers }, body });
		for (const event of events) await expectTaken(instance, event);
		expect(await countersOf(app)).to.deep.equal(counters(app, { events: 1, actions: { set: 1 } }));
	});
});

describe("Deliveries to two instances at once", () => {
	let instances: readonly [HostedFunction, HostedFunction];

	before(async () => {
		instances = await Promise.all([host("countEvent"), host("countEvent", BOUNDED)]);
	});

	/** Delivers each event to both instances, in different orders. */
	async function deliverToBoth(app: string): Promise<void> {
		const events = (await storedEvents(app)).map(createdEventOf);
		const [one, other] = instances;
		await Promise.all([
			...events.map((event) => expectTaken(one, event)),
			...events.toReversed().map((event) => expectTaken(other, event)),
		]);
	}

	it("count one device's events once, and the device once", async () => {
		const app = newAppId();
		const start = Date.now() - 60_000;
		const actions = ["download_10", "download_complete", "set_next", "set", "app_launch_ready", "app_crash"];
		const events = actions.map((action, index) => validEvent(app, { action, timestamp: start + index }));
		const pings = Array.from({ length: 54 }, (_, index) =>
			validEvent(app, { action: "ping", timestamp: start + 9 + index }),
		);
		await sendAll([...events, ...pings]);
		await deliverToBoth(app);
		const counters = await storedCounters(dbWithoutTriggers, app);
		expect(counters[""]).to.deep.equal({ events: 60 });
		expect(counters["/versions/3.4.7"]).to.include({
			events: 60,
			"actions.ping": 54,
			"devices.tried": 1,
			"devices.downloaded": 1,
			"devices.installed": 1,
			"devices.ran": 1,
			"devices.crashed": 1,
		});
		expect(await deviceOf(app, "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11")).to.include({ version_name: "3.4.7" });
	});

	it("count the events of an id that thousands of phones share, none of them as a device, and hold up nobody", async () => {
		const app = newAppId();
		const start = Date.now() - 60_000;
		const shared = Array.from({ length: 120 }, (_, index) =>
			validEvent(app, { device_id: "00000000-0000-0000-0000-000000000000", timestamp: start + index }),
		);
		const others = Array.from({ length: 40 }, (_, index) =>
			validEvent(app, { device_id: `device-${index}`, timestamp: start + index }),
		);
		await sendAll([...shared, ...others]);
		await deliverToBoth(app);
		const counters = await storedCounters(dbWithoutTriggers, app);
		expect(counters["/versions/3.4.7"]).to.deep.equal({
			events: 160,
			"actions.set": 160,
			"devices.tried": 40,
			"devices.downloaded": 40,
			"devices.installed": 40,
			"devices.well": 40,
		});
		expect(await deviceOf(app, "00000000-0000-0000-0000-000000000000")).to.deep.equal({});
	});
});

describe("New devices of an app beyond a day's number", () => {
	const app = newAppId();
	const BEYOND = 5;
	const device = (index: number) => `device-${index}`;
	const failed = (index: number) =>
		validEvent(app, { device_id: device(index), action: "update_fail", timestamp: HOUR_START + index });
	const count = async (instance: HostedFunction) => {
		const events = (await storedEvents(app)).map(createdEventOf);
		for (let start = 0; start < events.length; start += 10) {
			const group = events.slice(start, start + 10);
			await Promise.all([...group, ...group].map((event) => expectTaken(instance, event)));
		}
	};
	const [bounded, unbounded] = [() => host("countEvent", BOUNDED), () => host("countEvent")];

	it("are no devices: their events count as actions, and the app, the event and the log say so", async () => {
		await sendAll(Array.from({ length: NEW_DEVICES + BEYOND }, (_, index) => failed(index)));
		const instance = await bounded();
		const lines = logOf(instance);
		await count(instance);

		const counters = await storedCounters(dbWithoutTriggers, app);
		expect(counters["/versions/3.4.7"]).to.include({
			events: NEW_DEVICES + BEYOND,
			"actions.update_fail": NEW_DEVICES + BEYOND,
			"devices.failed": NEW_DEVICES,
			"devices.tried": NEW_DEVICES,
		});
		const documents = await readApp(dbWithoutTriggers, app, 0);
		const devices = Object.keys(documents).filter((path) => path.split("/").length === 4 && path.includes("/devices/"));
		expect(devices.filter((path) => documents[path] !== undefined)).to.have.length(NEW_DEVICES);
		expect(sum(Object.values(documents[`apps/${app}`]?.["new_devices"]))).to.equal(NEW_DEVICES);
		expect(sum(Object.values(documents[`apps/${app}`]?.["untracked"]))).to.equal(BEYOND);
		const untracked = (await storedEvents(app)).map((event) => event.data()).filter((event) => event["untracked"]);
		expect(untracked).to.have.length(BEYOND);
		for (const event of untracked) expect(event).not.to.have.any.keys("release", "firsts", "failed_version_name");
		expect((await lines(1)).filter((kind) => kind === "too_many_devices")).to.have.length(1);
	});

	it("come into being when they send while there is room, and those that are known go on counting", async () => {
		const events = await storedEvents(app);
		const [beyond, known] = [true, undefined].map((untracked) =>
			String(events.find((event) => event.get("untracked") === untracked)?.get("device_id")),
		);
		const set = (device_id = "", sequence = 0) =>
			sendAll(validEvent(app, { device_id, action: "set", timestamp: HOUR_START + 100 + sequence }));
		await set(known);
		await set(beyond);
		await count(await bounded());
		const devices = async () => (await storedCounters(dbWithoutTriggers, app))["/versions/3.4.7"];
		expect(await devices()).to.include({ "actions.set": 2, "devices.installed": 1, "devices.tried": NEW_DEVICES });

		await set(beyond, 1);
		await count(await unbounded());
		expect(await devices()).to.include({ "actions.set": 3, "devices.installed": 2, "devices.tried": NEW_DEVICES + 1 });
		expect(await deviceOf(app, String(beyond))).to.include({ version_name: "3.4.7" });
	});

	it("leave counters that a recount finds right, and an erasure too", async () => {
		const differences = async () => (await recountDryly(app)).differences;
		expect(await differences()).to.deep.equal([]);
		const beyond = (await storedEvents(app)).find((event) => event.get("untracked"));
		await eraseDevice(dbWithoutTriggers, {
			appId: app,
			deviceId: String(beyond?.get("device_id")),
			countWithoutDevice: () => expect.fail("Every event is counted."),
			onProgress: () => {},
		});
		expect(await differences()).to.deep.equal([]);
	});
});

describe("A device whose document is always changed by others", () => {
	it("counts with what its events say alone, once that was tried again and again", async () => {
		let commitsToRefuse = 0;
		const { db, close } = await openThroughProxy(`demo-contended-${process.pid}`, (method) => {
			if (method !== "Commit" || commitsToRefuse === 0) return { kind: "passed" };
			commitsToRefuse -= 1;
			return { kind: "refused", status: GRPC_STATUS.failedPrecondition };
		});
		try {
			const app = newAppId();
			const store = (at: number) => storeTogether(db, [[receivedEvent(app, { timestamp: at })]], 90);
			const instance = counting(db);
			await store(1);
			await instance(await readEvents(db, app));
			await store(2);
			commitsToRefuse = 6;
			await instance(await readEvents(db, app));
			expect(commitsToRefuse).to.equal(0);
			await store(3);
			await instance(await readEvents(db, app));

			expect((await storedCounters(db, app))["/versions/3.4.7"]).to.include({ events: 3, "devices.tried": 1 });
			const { docs } = await db.collection(eventsPath(app, String(validEvent(app)["device_id"]))).get();
			const [first, ...others] = docs.sort((a, b) => a.get("timestamp") - b.get("timestamp"));
			expect(first?.get("firsts")).to.deep.equal(["tried", "downloaded", "installed", "well"]);
			for (const event of others) {
				expect(event.data()).to.include({ release: "3.4.7" }).and.not.have.property("firsts");
				expect(event.get("counted_at")).to.exist;
			}
		} finally {
			await close();
		}
	});

	it("neither fails nor holds up others, while many instances count it", async () => {
		const app = newAppId();
		const start = Date.now() - 60_000;
		const events = Array.from({ length: 90 }, (_, index) =>
			receivedEvent(app, { device_id: index < 60 ? "busy" : `quiet-${index}`, timestamp: start + index }),
		);
		await storeTogether(dbWithoutTriggers, [events], 90);
		const stored = await readEvents(dbWithoutTriggers, app);
		const shares = Array.from({ length: 6 }, (_, instance) => stored.filter((_event, index) => index % 6 === instance));
		await Promise.all(shares.map((share) => counting(dbWithoutTriggers)(share)));
		expect((await storedCounters(dbWithoutTriggers, app))["/versions/3.4.7"]).to.include({
			events: 90,
			"actions.set": 90,
			"devices.tried": 31,
			"devices.installed": 31,
		});
	});
});

/** Stores so many events of a new app's one device. */
async function storeEvents(count: number) {
	const app = newAppId();
	const { url } = await host("stats");
	const body = Array.from({ length: count }, (_, index) => validEvent(app, { timestamp: HOUR_START + index }));
	expect(await post(url, body)).to.have.property("status", 200);
	return { app, ...(await readBack(app)) };
}

async function readBack(app: string) {
	const documents = await storedEvents(app);
	return { documents, events: documents.map(createdEventOf) };
}

/** A document as Firestore's REST API shows it. */
async function readAsJson(document: QueryDocumentSnapshot | undefined): Promise<unknown> {
	const name = `projects/${PROJECT_WITHOUT_TRIGGERS}/databases/(default)/documents/${document?.ref.path}`;
	const headers = { authorization: "Bearer owner" };
	return (await fetch(`http://${suite.firestoreHost}/v1/${name}`, { headers })).json();
}

async function expectTaken({ url }: HostedFunction, event: CloudEvent | undefined): Promise<void> {
	if (!event) throw new Error("There is no event to deliver.");
	expect(await deliver(url, event)).to.equal(204);
}

/** Compares an app's counters with its events. */
function recountDryly(appId: string) {
	return recount(dbWithoutTriggers, {
		appId,
		dryRun: true,
		firstDay: "0000-00-00",
		count: () => expect.fail("A dry run counts nothing."),
		onProgress: () => {},
	});
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

/** Remembers where an instance's log ends now. The result resolves to the kinds of the lines after it, once there are so many. */
function logOf({ log }: HostedFunction) {
	const earlier = log.lines.length;
	return async (count: number): Promise<readonly unknown[]> => {
		const lines = await eventually(
			() => Promise.resolve(log.lines.slice(earlier)),
			({ length }) => length >= count,
		);
		return lines.map((line) => JSON.parse(line).log_event);
	};
}

/** The counter documents of an app without their times. */
async function countersOf(app: string) {
	const documents = Object.entries(await readApp(dbWithoutTriggers, app, 0));
	const counted = documents.filter(([path, document]) => !path.includes("/devices/") && document?.["events"]);
	return Object.fromEntries(
		counted.map(([path, document]) => {
			const { first_event_at, last_event_at, new_devices, ...counts } = document ?? {};
			return [path, { ...counts, ...(new_devices && { newDevices: sum(Object.values<number>(new_devices)) }) }];
		}),
	);
}

/** The counters of an app whose events are all of one device and version and happened in this hour. */
function counters(app: string, counts: { readonly events: number; readonly actions: object }) {
	const [day = "", time = ""] = new Date(HOUR_START).toISOString().split("T");
	const devices = { tried: 1, downloaded: 1, installed: 1, well: 1 };
	const version = { app_id: app, version_name: "3.4.7", ...counts, devices };
	return {
		[`apps/${app}`]: { app_id: app, events: counts.events, newDevices: 1 },
		[`apps/${app}/versions/3.4.7`]: version,
		[`apps/${app}/versions/3.4.7/days/${day}`]: { ...version, day, hours: { [time.slice(0, 2)]: devices } },
	};
}
