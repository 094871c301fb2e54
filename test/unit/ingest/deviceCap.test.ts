import { expect } from "chai";
import { createDeviceCap } from "../../../functions/src/ingest/deviceCap.ts";
import { receivedEvent } from "../../support/receivedEvent.ts";

const NOON = Date.UTC(2026, 10, 25, 12);
const DAY_MS = 24 * 60 * 60 * 1_000;

describe("createDeviceCap", () => {
	it("stores everything where no bound is set", async () => {
		const { cap } = device({ maxEventsPerDay: 0 });
		expect(await dropped(cap, repeat("ping", 5_000))).to.equal(0);
	});

	it("drops progress first and failures last", async () => {
		const { cap, store } = device({ maxEventsPerDay: 30 });
		store(23);
		expect(await outcome(cap, ["download_10", "download_20", "ping", "update_fail"])).to.deep.equal([
			"stored",
			"dropped",
			"stored",
			"stored",
		]);
		store(27);
		expect(await outcome(cap, repeat("ping", 10))).to.deep.equal(repeat("dropped", 10));
		expect(await dropped(cap, repeat("set_fail", 3))).to.equal(0);
		expect(await dropped(cap, repeat("set_fail", 1))).to.equal(1);
	});

	it("asks what is stored once for each tenth of the bound", async () => {
		const { cap, asked } = device({ maxEventsPerDay: 100 });
		for (let sent = 0; sent < 50; sent += 1) await cap([event("ping")]);
		expect(asked()).to.equal(5);
	});

	it("asks nothing for a device that sends little", async () => {
		const { cap, asked } = device({ maxEventsPerDay: 100 });
		await cap(repeat("ping", 9).map((action) => event(action)));
		expect(asked()).to.equal(0);
	});

	it("does not ask again for each event that it drops", async () => {
		const { cap, store, asked } = device({ maxEventsPerDay: 100 });
		store(100);
		await cap(repeat("ping", 10).map((action) => event(action)));
		for (let sent = 0; sent < 50; sent += 1) await cap([event("ping")]);
		expect(asked()).to.equal(1);
	});

	it("starts anew with each UTC day", async () => {
		const { cap, store } = device({ maxEventsPerDay: 10 });
		store(10);
		expect(await dropped(cap, ["set"])).to.equal(1);
		store(0);
		expect(await dropped(cap, ["set"], NOON + DAY_MS)).to.equal(0);
	});

	it("takes failures while a stranger sends progress and life cycle in the device's name, and all of it the next day", async () => {
		const { cap } = device({ maxEventsPerDay: 100 });
		for (let sent = 0; sent < 50; sent += 1) await cap(repeat("ping", 10).map((action) => event(action)));
		expect(await dropped(cap, ["ping"])).to.equal(1);
		expect(await dropped(cap, repeat("update_fail", 10))).to.equal(0);
		expect(await dropped(cap, ["update_fail"])).to.equal(1);
		expect(await dropped(cap, ["update_fail", "ping", "download_10"], NOON + DAY_MS)).to.equal(0);
	});

	it("notes what it drops whenever that has grown by a tenth, so that a flood costs hardly a write", async () => {
		const { cap, store, drops } = device({ maxEventsPerDay: 10 });
		store(10);
		let notes = 0;
		for (let sent = 0; sent < 10_000; sent += 1) notes += (await cap([event("ping")])).length;
		expect(notes).to.be.lessThan(100);
		expect(drops()).to.have.length(notes);
		const noted = drops().reduce((sum, [, events]) => sum + events, 0);
		expect(noted).to.be.within(9_000, 10_000);
	});

	it("takes what other instances stored into account", async () => {
		const { cap, store } = device({ maxEventsPerDay: 100 });
		expect(await dropped(cap, repeat("set", 9))).to.equal(0);
		store(100);
		expect(await dropped(cap, repeat("set", 9))).to.equal(9);
	});

	it("counts each device apart and tells how many events were dropped", async () => {
		const { cap, store, drops } = device({ maxEventsPerDay: 10 });
		store(10);
		await cap([event("set"), event("set"), event("set", NOON, "quiet-device")]);
		expect(drops()).to.deep.equal([
			["com.example.cap", 2],
			["com.example.cap", 1],
		]);
	});
});

/** A cap over devices of which Firestore would say that so many events are stored. */
function device({ maxEventsPerDay }: { readonly maxEventsPerDay: number }) {
	let stored = 0;
	let asked = 0;
	const drops: [appId: string, events: number][] = [];
	const cap = createDeviceCap({
		maxEventsPerDay,
		countStored: async () => {
			asked += 1;
			return stored;
		},
		onDropped: (appId, events) => drops.push([appId, events]),
	});
	return {
		cap: async (events: Parameters<typeof cap>[0]) => {
			const capped = await cap(events);
			stored += capped.filter(({ droppedEvents }) => droppedEvents === undefined).length;
			return capped;
		},
		store: (events: number) => {
			stored = events;
		},
		asked: () => asked,
		drops: () => drops,
	};
}

type Cap = ReturnType<typeof device>["cap"];

async function outcome(cap: Cap, actions: readonly string[], receivedAt = NOON) {
	const sent = actions.map((action, index) => ({ ...event(action, receivedAt), id: String(index) }));
	const stored = (await cap(sent)).filter(({ droppedEvents }) => droppedEvents === undefined);
	return sent.map(({ id }) => (stored.some((event) => event.id === id) ? "stored" : "dropped"));
}

async function dropped(cap: Cap, actions: readonly string[], receivedAt = NOON) {
	return (await outcome(cap, actions, receivedAt)).filter((fate) => fate === "dropped").length;
}

function event(action: string, receivedAt = NOON, deviceId = "device") {
	return receivedEvent("com.example.cap", { device_id: deviceId, action }, { id: "id", receivedAt });
}

function repeat(action: string, times: number): readonly string[] {
	return Array.from({ length: times }, () => action);
}
