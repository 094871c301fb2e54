import { expect } from "chai";
import { createNewDeviceBound, type NewDeviceBound } from "../../../functions/src/counters/newDevices.ts";

const APP = "com.example.devices";
const NOON = Date.UTC(2026, 10, 25, 12);
const DAY_MS = 24 * 60 * 60 * 1_000;

describe("createNewDeviceBound", () => {
	it("makes every device where no bound is set", async () => {
		const world = app({ maxPerDay: 0 });
		const bound = world.instance();
		for (let commit = 0; commit < 10; commit += 1) expect(await make(world, bound, 300)).to.equal(300);
		expect(world.reads()).to.equal(0);
	});

	it("reads nothing for an app with few new devices", async () => {
		const world = app({ maxPerDay: 1_000_000 });
		const bound = world.instance();
		for (let commit = 0; commit < 1_000; commit += 1) await make(world, bound, 1);
		expect(world.reads()).to.equal(0);
	});

	it("makes as many as the bound, reads once for each thousandth of it, and not any more when it is used up", async () => {
		const world = app({ maxPerDay: 10_000 });
		const bound = world.instance();
		let made = 0;
		for (let commit = 0; commit < 20_000; commit += 1) made += await make(world, bound, 1);
		expect(made).to.equal(10_000);
		expect(world.reads()).to.be.within(900, 1_000);
		expect(world.told()).to.deep.equal([APP]);
	});

	it("makes a part of what one commit would make", async () => {
		const world = app({ maxPerDay: 5 });
		const bound = world.instance();
		expect([await make(world, bound, 3), await make(world, bound, 4), await make(world, bound, 4)]).to.deep.equal([
			3, 2, 0,
		]);
	});

	it("holds for instances together, but for a thousandth of the bound each", async () => {
		const world = app({ maxPerDay: 10_000 });
		const instances = Array.from({ length: 4 }, () => world.instance());
		let made = 0;
		for (let commit = 0; commit < 4_000; commit += 1) {
			for (const bound of instances) made += await make(world, bound, 1);
		}
		expect(made).to.be.within(10_000, 10_040);
		expect(world.reads()).to.be.within(900, 1_010);
	});

	it("bounds each app by itself, and begins anew on the next UTC day", async () => {
		const world = app({ maxPerDay: 5 });
		const bound = world.instance();
		expect(await make(world, bound, 9)).to.equal(5);
		expect(await make(world, bound, 2, "com.example.other")).to.equal(2);
		world.pass(DAY_MS);
		expect(await make(world, bound, 4)).to.equal(4);
	});

	it("goes by what it reads, not by what it noted, where a commit's answer was lost", async () => {
		const world = app({ maxPerDay: 10 });
		const bound = world.instance();
		const { day, ofApps } = await bound.room(new Map([[APP, 8]]));
		world.commit(day, ofApps.get(APP) ?? 0);
		expect(await make(world, bound, 8)).to.equal(2);
	});
});

/** An app's document, and instances that make its devices. */
function app({ maxPerDay }: { readonly maxPerDay: number }) {
	const stored = new Map<string, number>();
	const told: string[] = [];
	let now = NOON;
	let reads = 0;
	return {
		instance: () =>
			createNewDeviceBound({
				maxPerDay,
				now: () => now,
				read: async (appId, day) => {
					reads += 1;
					return stored.get(`${appId} ${day}`) ?? 0;
				},
				onTooMany: (appId) => told.push(appId),
			}),
		commit: (day: string, devices: number, appId = APP) => {
			const key = `${appId} ${day}`;
			stored.set(key, (stored.get(key) ?? 0) + devices);
		},
		pass: (milliseconds: number) => {
			now += milliseconds;
		},
		reads: () => reads,
		told: () => told,
	};
}

/** Makes as many of some devices as there is room for, and tells how many. */
async function make(world: ReturnType<typeof app>, bound: NewDeviceBound, devices: number, appId = APP) {
	const room = await bound.room(new Map([[appId, devices]]));
	const made = room.ofApps.get(appId) ?? 0;
	world.commit(room.day, made, appId);
	bound.note(room);
	return made;
}
