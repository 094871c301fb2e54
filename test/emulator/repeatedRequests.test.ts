import { expect } from "chai";
import { newAppId } from "../support/appIds.ts";
import { type Documents, dbWithoutTriggers, readApp } from "../support/database.ts";
import { countStoredEvents } from "../support/deliveries.ts";
import { sendAll } from "../support/sendAndCount.ts";
import { validEvent } from "../support/validEvent.ts";

const HOUR_MS = 60 * 60 * 1_000;

/** Events of a device, a second apart, the last one an hour ago. */
function eventsOf(app: string, count: number, fields: object = {}) {
	const last = Date.now() - HOUR_MS;
	return Array.from({ length: count }, (_, index) =>
		validEvent(app, { action: "ping", ...fields, timestamp: last - 1_000 * (count - 1 - index) }),
	);
}

/** What is stored and counted: the number of event documents, and the counters. */
async function countsOf(app: string) {
	await countStoredEvents(app);
	const documents = await readApp(dbWithoutTriggers, app, 0);
	return {
		stored: Object.keys(documents).filter((path) => path.includes("/events/")).length,
		counted: documents[`apps/${app}`]?.["events"],
		actions: documents[`apps/${app}/versions/3.4.7`]?.["actions"],
	};
}

function deviceOf(documents: Documents) {
	return Object.entries(documents).find(([path]) => /\/devices\/[^/]+$/.test(path))?.[1];
}

describe("An array that is sent again", () => {
	it("creates nothing twice", async () => {
		const app = newAppId();
		const array = eventsOf(app, 20);
		await sendAll(array, array, array);
		expect(await countsOf(app)).to.deep.equal({ stored: 20, counted: 20, actions: { ping: 20 } });
	});

	it("creates nothing twice after it was counted", async () => {
		const app = newAppId();
		const array = eventsOf(app, 20);
		await sendAll(array);
		await countStoredEvents(app);
		await sendAll(array);
		expect(await countsOf(app)).to.deep.equal({ stored: 20, counted: 20, actions: { ping: 20 } });
	});

	it("creates only what is new where half of it stands in another array", async () => {
		const app = newAppId();
		const array = eventsOf(app, 20);
		await sendAll(array.slice(0, 12), array, array.slice(6, 15), [...array].reverse());
		expect(await countsOf(app)).to.deep.equal({ stored: 20, counted: 20, actions: { ping: 20 } });
	});

	it("counts an event once that stands in it twice", async () => {
		const app = newAppId();
		const [event] = eventsOf(app, 1);
		await sendAll([event, event, event]);
		expect(await countsOf(app)).to.deep.equal({ stored: 1, counted: 1, actions: { ping: 1 } });
	});

	it("creates nothing twice when it arrives many times at once, the device and the app being new", async () => {
		const app = newAppId();
		const array = eventsOf(app, 20);
		await Promise.all(Array.from({ length: 12 }, () => sendAll(array)));
		expect(await countsOf(app)).to.deep.equal({ stored: 20, counted: 20, actions: { ping: 20 } });
	});

	it("creates nothing twice when parts of it arrive at once, from several devices", async () => {
		const app = newAppId();
		const device = (index: number) => eventsOf(app, 10, { device_id: `device-${index}` });
		const arrays = [0, 1, 2].map(device);
		const mixed = arrays.flat();
		await Promise.all([...arrays, mixed, mixed, mixed.slice(5, 25)].map((array) => sendAll(array)));
		expect(await countsOf(app)).to.deep.equal({ stored: 30, counted: 30, actions: { ping: 30 } });
	});

	it("says nothing of the device's present state", async () => {
		const app = newAppId();
		const old = eventsOf(app, 3, { version_name: "1.0.0" });
		await sendAll(old, validEvent(app, { action: "set", version_name: "2.0.0" }));
		await countStoredEvents(app);
		const before = deviceOf(await readApp(dbWithoutTriggers, app, 0));
		await sendAll(old);
		await countStoredEvents(app);
		const after = deviceOf(await readApp(dbWithoutTriggers, app, 0));
		expect(after).to.deep.equal(before).and.to.include({ version_name: "2.0.0", last_action: "set" });
	});
});

describe("Events without a timestamp that tell what the app goes through", () => {
	it("are each an event of its own: it may go through it again at any time", async () => {
		const app = newAppId();
		const event = validEvent(app, { action: "ping" });
		await sendAll(event, event, [event, event]);
		expect(await countsOf(app)).to.deep.equal({ stored: 4, counted: 4, actions: { ping: 4 } });
	});
});

describe("A large array", () => {
	it("is stored as a whole, and sent again changes nothing: 500 events of one device", async () => {
		const app = newAppId();
		const array = eventsOf(app, 500, { message: "x".repeat(500) });
		await sendAll(array, array);
		expect(await countsOf(app)).to.deep.equal({ stored: 500, counted: 500, actions: { ping: 500 } });
	});

	it("is stored as a whole, and sent again changes nothing: events of 200 devices and 101 apps", async () => {
		const app = newAppId();
		const array = Array.from({ length: 200 }, (_, index) =>
			validEvent(index < 100 ? app : `${app}.${index}`, { device_id: `device-${index}`, timestamp: Date.now() }),
		);
		await sendAll(array, array);
		expect(await countsOf(app)).to.deep.equal({ stored: 100, counted: 100, actions: { set: 100 } });
	});
});
