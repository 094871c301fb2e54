import { expect } from "chai";
import { type RecountOptions, recount } from "../../functions/admin/recount/recount.ts";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import type { ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { appPath, COLLECTIONS, dayPath, versionPath } from "../../functions/src/firestore/paths.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { runCommand, spawnCommand } from "../support/commands.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { receivedEvent } from "../support/receivedEvent.ts";
import { isSoak } from "../support/soak.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const EVERY_DAY = "0000-00-00";

const now = Date.now();
const today = utcDay(now);
const count = counting(db);

describe("recount", () => {
	it("finds nothing to repair where every event is counted once", async () => {
		const appId = "com.example.recount.right";
		await store(fleetEvents(appId));
		await recountApp({ appId });

		const report = await recountApp({ appId });

		expect(report).to.deep.equal({
			events: 40,
			uncounted: 0,
			waiting: 0,
			malformed: [],
			daysLeftAlone: [],
			differences: [],
			conflicts: [],
		});
		expect(await counts(versionPath(appId, "1.1.0"))).to.deep.equal({
			events: 20,
			actions: { set: 20 },
			dev_actions: { set: 5 },
			devices: { tried: 20, downloaded: 20, installed: 20, well: 20 },
			dev_devices: { tried: 5, downloaded: 5, installed: 5, well: 5 },
		});
		expect(await counts(versionPath(appId, "1.0.0"))).to.deep.equal({
			events: 20,
			actions: { ping: 20, uninstall: 20 },
			dev_actions: { ping: 5, uninstall: 5 },
			devices: { tried: 20, downloaded: 20, ran: 20 },
			dev_devices: { tried: 5, downloaded: 5, ran: 5 },
		});
		expect((await db.doc(appPath(appId)).get()).get("events")).to.equal(40);
	});

	it("repairs what was changed by hand, and prints each difference beforehand", async () => {
		const appId = "com.example.recount.wrong";
		await store(fleetEvents(appId));
		await recountApp({ appId });
		const version = versionPath(appId, "1.1.0");
		await db.doc(version).update({ "actions.set": 3, "actions.set_fail": 7, "devices.failed": 2, "devices.tried": 21 });
		await db.doc(dayPath(appId, "1.0.0", today)).delete();

		const dryRun = await recountApp({ appId, dryRun: true });
		expect(dryRun.differences).to.deep.include({ path: version, field: "actions.set", stored: 3, expected: 20 });
		expect(dryRun.differences).to.deep.include({ path: version, field: "actions.set_fail", stored: 7, expected: 0 });
		expect(dryRun.differences).to.deep.include({ path: version, field: "devices.failed", stored: 2, expected: 0 });
		expect(dryRun.differences).to.deep.include({ path: version, field: "devices.tried", stored: 21, expected: 20 });
		expect((await db.doc(version).get()).get("actions.set"), "after the dry run").to.equal(3);

		const report = await recountApp({ appId });
		expect(report.differences).to.deep.equal(dryRun.differences);
		expect(await counts(version)).to.deep.equal({
			events: 20,
			actions: { set: 20, set_fail: 0 },
			dev_actions: { set: 5 },
			devices: { tried: 20, downloaded: 20, installed: 20, well: 20, failed: 0 },
			dev_devices: { tried: 5, downloaded: 5, installed: 5, well: 5 },
		});
		const day = await db.doc(dayPath(appId, "1.0.0", today)).get();
		expect(day.data()).to.include({ app_id: appId, version_name: "1.0.0", day: today, events: 20 });
		expect((await recountApp({ appId })).differences).to.deep.equal([]);
	});

	it("counts events that no delivery counted", async () => {
		const appId = "com.example.recount.forgotten";
		await store(fleetEvents(appId));

		await recountApp({ appId });

		const uncounted = (await readEvents(db, appId)).filter(({ ledger }) => ledger === undefined);
		expect(uncounted).to.deep.equal([]);
		expect((await db.doc(appPath(appId)).get()).get("events")).to.equal(40);
	});

	it("finds what nobody counted beside what is, and counts nothing in a dry run", async () => {
		const appId = "com.example.recount.waiting";
		await store(fleetEvents(appId));

		const report = await recountApp({ appId, dryRun: true });

		expect(report).to.deep.include({ events: 40, uncounted: 40, differences: [] });
		expect((await db.doc(appPath(appId)).get()).exists).to.equal(false);
	});

	it("loses nothing that is counted while it runs @soak", async () => {
		const meanwhile = isSoak ? 30 : 12;
		const appId = "com.example.recount.traffic";
		await store(fleetEvents(appId));
		await recountApp({ appId });
		await db.doc(versionPath(appId, "1.1.0")).update({ "actions.set": 0 });

		const later = Array.from({ length: meanwhile }, (_, index) => event(appId, { timestamp: now + 1_000 + index }));
		const traffic = later.map(async (received) => {
			await store([received]);
			await countStored(appId);
		});
		await Promise.all([recountApp({ appId }), ...traffic]);
		await countStored(appId);

		expect((await counts(versionPath(appId, "1.1.0"))).events).to.equal(20 + meanwhile);
		expect((await recountApp({ appId })).differences).to.deep.equal([]);
	});

	it("leaves days alone that lie before the retention horizon", async () => {
		const appId = "com.example.recount.horizon";
		await store(fleetEvents(appId));
		await recountApp({ appId });
		const oldDay = utcDay(now - 100 * DAY_MS);
		const version = versionPath(appId, "1.1.0");
		await db.doc(dayPath(appId, "1.1.0", oldDay)).set({ day: oldDay, events: 8, actions: { set: 8 } });
		await db.doc(version).update({ events: 28, "actions.set": 28 });
		await db.doc(appPath(appId)).update({ events: 48 });

		const report = await recountApp({ appId, firstDay: utcDay(now - 90 * DAY_MS) });

		expect(report.differences).to.deep.equal([]);
		expect(report.daysLeftAlone).to.deep.equal([oldDay]);
	});

	it("adds what was counted before its events were erased", async () => {
		const appId = "com.example.recount.erased";
		await store(fleetEvents(appId));
		await recountApp({ appId });
		const erased = {
			erased_events: 2,
			erased_actions: { set: 2 },
			erased_dev_actions: { set: 1 },
			erased_devices: { tried: 1, installed: 1 },
		};
		await db.doc(dayPath(appId, "1.1.0", today)).update(erased);

		await recountApp({ appId });

		const expected = {
			events: 22,
			actions: { set: 22 },
			dev_actions: { set: 6 },
			devices: { tried: 21, downloaded: 20, installed: 21, well: 20 },
			dev_devices: { tried: 5, downloaded: 5, installed: 5, well: 5 },
		};
		expect(await counts(versionPath(appId, "1.1.0"))).to.deep.equal(expected);
	});

	it("repairs each document once when two recounts run at a time", async () => {
		const appId = "com.example.recount.twice";
		await store(fleetEvents(appId));
		await recountApp({ appId });
		await db.doc(versionPath(appId, "1.1.0")).update({ "actions.set": 0 });

		await Promise.all([recountApp({ appId }), recountApp({ appId })]);

		expect((await counts(versionPath(appId, "1.1.0"))).actions).to.deep.equal({ set: 20 });
	});

	it("names a malformed event and counts the others", async () => {
		const appId = "com.example.recount.malformed";
		await store(fleetEvents(appId));
		await recountApp({ appId });
		const { docs } = await db.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).limit(1).get();
		const [poison] = docs;
		await poison?.ref.update({ action: 5 });

		const report = await recountApp({ appId, dryRun: true });

		expect(report.malformed).to.deep.equal([poison?.ref.path]);
		expect(report.events).to.equal(40);
	});

	it("says that an app doesn't exist", async () => {
		const outcome = await recountApp({ appId: "com.example.nobody" }).catch((error: unknown) => error);
		expect(outcome).to.be.instanceOf(RangeError).with.property("message", "There is no app com.example.nobody.");
	});

	describe("npm run recount", () => {
		const appId = "com.example.recount.command";

		const environment = { GCLOUD_PROJECT: PROJECT_WITHOUT_TRIGGERS, NO_COLOR: "1" };

		before(() => store(fleetEvents(appId)));

		it("prints how far it is line by line where no terminal is, and what it did", async () => {
			const { code, stdout, stderr } = await spawnCommand("recount", ["--app", appId], environment);
			expect(code).to.equal(0);
			expect(stderr.split("\n").filter((line) => line.endsWith("read"))).to.deep.equal(["40 events read"]);
			expect(stderr).not.to.include("\r");
			expect(stdout).to.include("Not counted until now: 40 events.");
		});

		it("knows a version by its counters, and says that another one doesn't exist", async () => {
			const known = await runCommand("recount", ["--app", appId, "--version", "1.1.0"], { environment });
			expect(known.stdout).to.include("The counters agree with the events.");
			const unknown = await spawnCommand("recount", ["--app", appId, "--version", "9.9.9"], environment);
			expect(unknown.code).to.equal(1);
			expect(unknown.stderr).to.include(`There is no version 9.9.9 of ${appId}.`);
			expect(unknown.stdout).to.equal("");
		});
	});
});

/** 20 devices: each sends a ping on 1.0.0 and a set that replaces it by 1.1.0; every fourth is an emulator. */
function fleetEvents(appId: string) {
	return Array.from({ length: 20 }, (_, index) => {
		const device = { device_id: `device-${index}`, is_emulator: index % 4 === 0 };
		return [
			event(appId, { ...device, action: "ping", version_name: "1.0.0", timestamp: now + index }),
			event(appId, { ...device, old_version_name: "1.0.0", timestamp: now + 100 + index }),
		];
	}).flat();
}

function event(appId: string, fields: object) {
	return receivedEvent(appId, { version_name: "1.1.0", ...fields }, { receivedAt: now });
}

function store(events: readonly ReceivedEvent[]): Promise<void> {
	return storeTogether(db, [events], 90);
}

/** Delivers every event of the app, the counted ones too. */
async function countStored(appId: string) {
	await count(await readEvents(db, appId));
}

async function recountApp(options: Partial<RecountOptions> & { readonly appId: string }) {
	return recount(db, { ...defaults(options.appId), ...options });
}

function defaults(appId: string): RecountOptions {
	return { appId, dryRun: false, firstDay: EVERY_DAY, count, onProgress: () => {} };
}

async function counts(path: string) {
	const { events, actions, dev_actions, devices, dev_devices } = (await db.doc(path).get()).data() ?? {};
	return { events, actions, dev_actions, devices, dev_devices };
}
