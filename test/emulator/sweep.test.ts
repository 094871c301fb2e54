import { expect } from "chai";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { UNCOUNTED_SHARDS } from "../../functions/src/firestore/uncounted.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { type SweepOptions, sweep } from "../../functions/src/watch/sweep.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { countReads } from "../support/countReads.ts";
import { openThroughProxy } from "../support/openThroughProxy.ts";
import { plain } from "../support/plain.ts";
import { receivedEvent } from "../support/receivedEvent.ts";
import { storedCounters } from "../support/storedCounters.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const APP = "com.example.shop";
const NOW = Date.now();

/** Where no trigger counts anything, and nothing is stored but what these tests store. */
const PROJECT = `demo-sweep-${process.pid}`;

describe("The sweep", () => {
	const db = openFirestore(PROJECT);

	afterEach(async () => {
		for (const collection of await db.listCollections()) await db.recursiveDelete(collection);
	});

	/** Events of as many devices, that arrived so long ago and wait. */
	async function store(count: number, ageMs: number, { appId = APP, database = db } = {}): Promise<void> {
		const receivedAt = NOW - ageMs;
		const events = Array.from({ length: count }, (_, index) =>
			receivedEvent(appId, { device_id: `${ageMs}-${index}`, timestamp: receivedAt }, { receivedAt }),
		);
		await storeTogether(database, [events], 90);
	}

	const run = (options: Partial<SweepOptions> = {}, database = db) =>
		sweep(database, {
			now: () => NOW,
			count: counting(database),
			onMalformed: (problem) => expect.fail(problem),
			onFailure: (cause) => expect.fail(String(cause)),
			timeLimitMs: MINUTE_MS,
			...options,
		});

	it("counts what waited for more than ten minutes, however long, and leaves the rest to the trigger", async () => {
		await store(3, 9 * MINUTE_MS);
		await store(4, 12 * MINUTE_MS);
		await store(5, 26 * 60 * MINUTE_MS);
		await store(6, 40 * DAY_MS);
		const { counted, backlog, isFinished } = await run();
		expect({ counted, isFinished }).to.deep.equal({ counted: 15, isFinished: true });
		expect(backlog.get(APP)).to.deep.equal({ events: 15, oldestAt: NOW - 40 * DAY_MS });
		const counters = await storedCounters(db, APP);
		expect(counters[""]).to.deep.equal({ events: 15 });
		expect(counters["/versions/3.4.7"]).to.include({ "devices.tried": 15, "devices.installed": 15 });
		expect(await run()).to.deep.include({ counted: 0, isFinished: true });
	});

	it("counts nothing twice that a delivery counts at the same time", async () => {
		await store(200, 20 * MINUTE_MS);
		const events = await readEvents(db, APP);
		await Promise.all([run(), counting(db)(events), counting(db)(events.toReversed())]);
		const counters = await storedCounters(db, APP);
		expect(counters[""]).to.deep.equal({ events: 200 });
		expect(counters["/versions/3.4.7"]).to.include({ "devices.tried": 200 });
	});

	it("writes down each app's backlog, and takes it back once there is none", async () => {
		await store(2, 20 * MINUTE_MS);
		await store(1, 30 * MINUTE_MS, { appId: "com.example.other" });
		await run();
		const backlog = async (appId: string) => plain((await db.doc(appPath(appId)).get()).get("backlog"));
		const time = (ageMs: number) => new Date(NOW - ageMs).toISOString();
		expect(await backlog(APP)).to.deep.equal({ events: 2, oldest_at: time(20 * MINUTE_MS), swept_at: time(0) });
		expect(await backlog("com.example.other")).to.include({ events: 1 });
		await run();
		expect(await backlog(APP)).to.equal(undefined);
	});

	it("goes on with the others after a failure, and comes back to what failed", async () => {
		await store(40, 20 * MINUTE_MS);
		const failures: unknown[] = [];
		let calls = 0;
		const count: SweepOptions["count"] = async (events) => {
			calls += 1;
			if (calls === 1) throw new Error("unavailable");
			await counting(db)(events);
		};
		const first = await run({ count, onFailure: (cause) => failures.push(cause) });
		expect(first.isFinished).to.equal(false);
		expect(first.counted).to.be.above(0).and.below(40);
		expect(failures).to.have.length(1);
		const second = await run();
		expect(second).to.deep.include({ counted: 40 - first.counted, isFinished: true });
	});

	it("stops in time, and the next run goes on", async () => {
		await store(40, 20 * MINUTE_MS);
		let time = NOW;
		const now = () => {
			const told = time;
			time += 20_000;
			return told;
		};
		const first = await run({ now, timeLimitMs: 15_000 });
		expect(first.isFinished).to.equal(false);
		expect(first.counted).to.be.above(0).and.below(40);
		expect(await run()).to.deep.include({ counted: 40 - first.counted, isFinished: true });
	});

	it("sets malformed events aside, and counts the others", async () => {
		await store(3, 20 * MINUTE_MS);
		const [event] = await readEvents(db, APP);
		await event?.ref.update({ action: 7 });
		const problems: string[] = [];
		const { counted, isFinished } = await run({ onMalformed: (problem) => problems.push(problem) });
		expect({ counted, isFinished }).to.deep.equal({ counted: 2, isFinished: true });
		expect(problems).to.have.length(1);
	});

	it("reads in proportion to what it finds, not to what is stored", async () => {
		const reads = countReads();
		const { db, close } = await openThroughProxy(`${PROJECT}-reads`, () => ({ kind: "passed" }), reads.onAnswered);
		try {
			await store(150, 20 * MINUTE_MS, { database: db });
			await store(150, 3 * DAY_MS, { database: db });
			await counting(db)(await readEvents(db, APP));
			await run({}, db);

			const count: SweepOptions["count"] = async () => {};
			reads.take();
			await run({ count }, db);
			const idle = reads.take();
			// A query that finds nothing costs one read: one for each shard, and one for where the last run came to.
			expect(idle)
				.to.be.at.least(UNCOUNTED_SHARDS)
				.and.at.most(UNCOUNTED_SHARDS + 5);

			await store(25, 11 * MINUTE_MS, { database: db });
			reads.take();
			await run({ count }, db);
			expect(reads.take())
				.to.be.at.least(25)
				.and.at.most(idle + 25);
		} finally {
			await close();
		}
	});
});
