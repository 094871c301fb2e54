import { expect } from "chai";
import { type AppCapOptions, createAppCap } from "../../../functions/src/ingest/appCap.ts";
import type { IntakeSums, Taken } from "../../../functions/src/ingest/intake.ts";
import { receivedEvent } from "../../support/receivedEvent.ts";

const APP = "com.example.cap";
const NOON = Date.UTC(2026, 10, 25, 12);
const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

describe("createAppCap", () => {
	it("stores everything where no bound is set, and still looks for what is paused", async () => {
		const world = intake();
		const cap = world.instance({ maxEventsPerDay: 0 });
		for (let sent = 0; sent < 100; sent += 1) expect(await taken(cap, repeat("ping", 100))).to.equal(100);
		expect(world.writes()).to.equal(0);
		expect(world.reads()).to.equal(1);
		world.pause(APP);
		world.pass(61 * SECOND_MS);
		expect(await taken(cap, ["ping"])).to.equal(0);
	});

	it("drops progress first, then what is neither an install nor a failure, and those last", async () => {
		const cap = intake().instance({ maxEventsPerDay: 100 });
		expect(await taken(cap, repeat("download_10", 90))).to.equal(80);
		expect(await taken(cap, repeat("ping", 20))).to.equal(10);
		expect(await taken(cap, repeat("update_fail", 20))).to.equal(10);
		expect(await taken(cap, ["update_fail"])).to.equal(0);
	});

	it("neither reads nor writes for a request of an app that sends little", async () => {
		const world = intake();
		const cap = world.instance({ maxEventsPerDay: 1_000_000 });
		for (let sent = 0; sent < 99; sent += 1) await taken(cap, ["set"]);
		expect([world.reads(), world.writes()]).to.deep.equal([1, 0]);
	});

	it("reads twice a minute and tells a tenth of what it took, however many requests there are", async () => {
		const world = intake();
		const cap = world.instance({ maxEventsPerDay: 1_000_000 });
		for (let sent = 0; sent < 20_000; sent += 1) {
			await taken(cap, ["set"]);
			world.pass(SECOND_MS / 100);
		}
		expect(world.reads()).to.be.lessThan(70);
		expect(world.writes()).to.be.lessThan(70);
		expect(world.told(APP)).to.be.within(18_000, 20_000);
	});

	it("holds for ten instances together, but for a hundredth of the bound each", async () => {
		const world = intake();
		const instances = Array.from({ length: 10 }, () => world.instance({ maxEventsPerDay: 10_000 }));
		let stored = 0;
		for (let sent = 0; sent < 3_000; sent += 1) {
			for (const cap of instances) stored += await taken(cap, ["set"]);
		}
		expect(stored).to.be.within(10_000, 11_000);
	});

	it("holds though each instance lives for a moment only", async () => {
		const world = intake();
		let stored = 0;
		for (let life = 0; life < 500; life += 1) {
			const cap = world.instance({ maxEventsPerDay: 10_000 });
			for (let sent = 0; sent < 100; sent += 1) stored += await taken(cap, ["set"]);
		}
		expect(stored).to.be.within(10_000, 11_500);
	});

	it("stores nothing of a paused app within a minute, and of others everything", async () => {
		const world = intake();
		const cap = world.instance({ maxEventsPerDay: 1_000 });
		await taken(cap, ["set"]);
		world.pause(APP);
		for (let second = 0; second <= 60; second += 1) {
			world.pass(SECOND_MS);
			await taken(cap, ["set"]);
		}
		expect(await taken(cap, repeat("update_fail", 5))).to.equal(0);
		expect(await taken(cap, ["ping"], "com.example.other")).to.equal(1);
		world.resume(APP);
		world.pass(60 * SECOND_MS);
		expect(await taken(cap, ["ping"])).to.equal(1);
	});

	it("takes an event with much text as several", async () => {
		const cap = intake().instance({ maxEventsPerDay: 100 });
		const metadata = Object.fromEntries(Array.from({ length: 32 }, (_, key) => [`key_${key}`, "x".repeat(1_024)]));
		const large = Array.from({ length: 100 }, () => receivedEvent(APP, { metadata }, { id: "id", receivedAt: NOON }));
		const stored = await cap.take(large);
		expect(stored).to.have.length(12);
		cap.giveBack(stored);
		expect(await taken(cap, repeat("set", 200))).to.equal(100);
	});

	it("lets apps that anybody can make up share one bound", async () => {
		const cap = intake().instance({ maxEventsPerDay: 100, countedWith: () => "all" });
		let stored = 0;
		for (let app = 0; app < 300; app += 1) stored += await taken(cap, ["set"], `com.example.${app}`);
		expect(stored).to.equal(100);
	});

	it("bounds each app that is named by itself", async () => {
		const cap = intake().instance({ maxEventsPerDay: 100 });
		expect(await taken(cap, repeat("set", 200))).to.equal(100);
		expect(await taken(cap, repeat("set", 50), "com.example.other")).to.equal(50);
	});

	it("begins anew with each UTC day", async () => {
		const world = intake();
		const cap = world.instance({ maxEventsPerDay: 10 });
		expect(await taken(cap, repeat("set", 20))).to.equal(10);
		world.pass(DAY_MS);
		expect(await taken(cap, repeat("set", 20))).to.equal(10);
	});

	it("tells how many events it dropped, of which app", async () => {
		const world = intake();
		const cap = world.instance({ maxEventsPerDay: 10 });
		await taken(cap, repeat("set", 200));
		world.pass(31 * SECOND_MS);
		await taken(cap, ["set"]);
		await world.settled();
		expect(world.dropped(APP)).to.equal(190);
		expect(world.heard()).to.deep.equal([[APP, 190]]);
	});

	it("gives back what could not be stored", async () => {
		const cap = intake().instance({ maxEventsPerDay: 10 });
		for (let failed = 0; failed < 5; failed += 1) cap.giveBack(await cap.take(eventsOf(repeat("set", 10))));
		expect(await taken(cap, repeat("set", 20))).to.equal(10);
	});

	it("refuses what comes while nothing is known, and goes by what it knew when it can't look", async () => {
		const world = intake();
		const cap = world.instance({ maxEventsPerDay: 1_000 });
		world.fail(true);
		const refused = await cap.take(eventsOf(["set"])).then(
			() => "taken",
			() => "refused",
		);
		expect(refused).to.equal("refused");
		world.fail(false);
		expect(await taken(cap, ["set"])).to.equal(1);
		world.fail(true);
		world.pass(10 * 60 * SECOND_MS);
		expect(await taken(cap, ["set"])).to.equal(1);
	});
});

/** A document that instances share, and a clock. */
function intake() {
	let now = NOON;
	let isFailing = false;
	let reads = 0;
	let writes = 0;
	const paused = new Set<string>();
	const sums = new Map<string, Taken>();
	const drops = new Map<string, number>();
	const heard: [appId: string, events: number][] = [];
	const read = async (day: string) => {
		if (isFailing) throw new Error("unavailable");
		reads += 1;
		const stored = new Map(sums);
		return {
			isPaused: (appId: string) => paused.has(appId),
			takenOf: (appId: string) => stored.get(`${day} ${appId}`) ?? { events: 0, newVersions: 0 },
			pastDays: [],
		};
	};
	const add = async (day: string, told: IntakeSums) => {
		if (isFailing) throw new Error("unavailable");
		writes += 1;
		for (const [appId, { events, newVersions }] of told.taken) {
			const known = sums.get(`${day} ${appId}`) ?? { events: 0, newVersions: 0 };
			const sum = { events: known.events + events, newVersions: known.newVersions + newVersions };
			sums.set(`${day} ${appId}`, sum);
		}
		for (const [appId, events] of told.dropped) drops.set(appId, (drops.get(appId) ?? 0) + events);
	};
	return {
		instance: (options: Pick<AppCapOptions, "maxEventsPerDay"> & Partial<AppCapOptions>) =>
			createAppCap({
				countedWith: (appId) => appId,
				now: () => now,
				read,
				add,
				onDropped: (appId, events) => heard.push([appId, events]),
				...options,
			}),
		pass: (milliseconds: number) => {
			now += milliseconds;
		},
		pause: (appId: string) => paused.add(appId),
		resume: (appId: string) => paused.delete(appId),
		fail: (fails: boolean) => {
			isFailing = fails;
		},
		reads: () => reads,
		writes: () => writes,
		told: (appId: string) => sums.get(`2026-11-25 ${appId}`)?.events ?? 0,
		dropped: (appId: string) => drops.get(appId) ?? 0,
		heard: () => heard,
		/** Lets what nobody waits for happen. */
		settled: () => new Promise((resolve) => setImmediate(resolve)),
	};
}

async function taken(cap: ReturnType<typeof createAppCap>, actions: readonly string[], appId = APP): Promise<number> {
	return (await cap.take(eventsOf(actions, appId))).length;
}

function eventsOf(actions: readonly string[], appId = APP) {
	return actions.map((action) => receivedEvent(appId, { action }, { id: "id", receivedAt: NOON }));
}

function repeat(action: string, times: number): readonly string[] {
	return Array.from({ length: times }, () => action);
}
