import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { eraseApp } from "../../functions/admin/erasure/eraseApp.ts";
import { type DeviceErasure, eraseDevice } from "../../functions/admin/erasure/eraseDevice.ts";
import { recount } from "../../functions/admin/recount/recount.ts";
import { MAX_EVENTS_PER_COMMIT } from "../../functions/src/counters/countEvents.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath, dayPath, devicePath, eventsPath, versionPath } from "../../functions/src/firestore/paths.ts";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { runCommand, spawnCommand } from "../support/commands.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { receivedEvent } from "../support/receivedEvent.ts";
import { isSoak } from "../support/soak.ts";

const APP = "com.example.shop";
const DEVICE = "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11";
const OTHER_DEVICE = "7d9c1e0a-1111-4a43-9d53-0d8f1d1c9a11";
const DAY = "2026-01-02";
const NOON = Date.parse(`${DAY}T12:00:00Z`);

/** A project of its own, so that no function is triggered: what is counted here is counted by the erasure. */
const PROJECT = `demo-erasure-${process.pid}`;

describe("erasure", () => {
	const db = openFirestore(PROJECT);
	const count = counting(db);
	const countWithoutDevice = counting(db, { tracksDevices: false });

	afterEach(() => db.recursiveDelete(db.collection("apps")));

	/** An event whose arrival was on the day on which it happened. */
	function event(id: number, fields: object) {
		return receivedEvent(
			APP,
			{ device_id: DEVICE, version_name: "2.0.0", timestamp: NOON, ...fields },
			{ id: `event-${id}`, receivedAt: NOON },
		);
	}

	async function store(...fields: readonly object[]): Promise<void> {
		await storeTogether(db, [fields.map((each, id) => event(id, each))], 90);
	}

	async function countAll(): Promise<void> {
		await count(await readEvents(db, APP));
	}

	const erase = (options: Partial<DeviceErasure> = {}) =>
		eraseDevice(db, { appId: APP, deviceId: DEVICE, countWithoutDevice, onProgress: () => {}, ...options });

	const dryRun = () =>
		recount(db, {
			appId: APP,
			dryRun: true,
			firstDay: DAY,
			count: () => expect.fail("A dry run counts nothing."),
			onProgress: () => {},
		});

	const documents = async (path: string) => (await db.collection(path).count().get()).data().count;
	const fieldsOf = async (path: string) => (await db.doc(path).get()).data() ?? {};

	it("removes a device's state and events, and nothing of another device", async () => {
		await store({}, { action: "app_moved_to_foreground" }, { device_id: OTHER_DEVICE });
		await countAll();
		expect(await erase()).to.deep.equal({ devices: 1, events: 2 });
		expect((await db.doc(devicePath(APP, DEVICE)).get()).exists).to.equal(false);
		expect(await documents(eventsPath(APP, DEVICE))).to.equal(0);
		expect((await db.doc(devicePath(APP, OTHER_DEVICE)).get()).exists).to.equal(true);
		expect(await documents(eventsPath(APP, OTHER_DEVICE))).to.equal(1);
	});

	it("leaves the counters, and notes in the ledger of the day what a recount won't find", async () => {
		await store(
			{ old_version_name: "1.0.0" },
			{ action: "app_moved_to_foreground", timestamp: NOON + 1 },
			{ action: "app_moved_to_foreground", is_emulator: true, version_build: "2", timestamp: NOON + 2 },
		);
		await countAll();
		await erase();

		const counted = { set: 1, app_moved_to_foreground: 2 };
		const did = { tried: 1, downloaded: 1, installed: 1, ran: 1, well: 1 };
		expect(await fieldsOf(versionPath(APP, "2.0.0"))).to.deep.include({ actions: counted, devices: did });
		expect(await fieldsOf(dayPath(APP, "2.0.0", DAY))).to.deep.include({
			actions: counted,
			dev_actions: { app_moved_to_foreground: 1 },
			events: 3,
			devices: did,
			hours: { 12: did },
			erased_actions: counted,
			erased_dev_actions: { app_moved_to_foreground: 1 },
			erased_events: 3,
			erased_devices: did,
			erased_hours: { 12: did },
		});
		expect(await fieldsOf(dayPath(APP, "1.0.0", DAY))).to.deep.include({
			actions: { uninstall: 1 },
			erased_actions: { uninstall: 1 },
		});
		expect(await dryRun()).to.deep.include({ events: 0, differences: [] });
	});

	it("counts what was not counted yet by what it says alone: its device never comes into being", async () => {
		await store({}, { action: "app_moved_to_foreground" });
		expect(await erase()).to.deep.equal({ devices: 0, events: 2 });
		const version = await fieldsOf(versionPath(APP, "2.0.0"));
		expect(version).to.deep.include({ events: 2, actions: { set: 1, app_moved_to_foreground: 1 } });
		expect(version).not.to.have.property("devices");
		expect(await dryRun()).to.deep.include({ events: 0, differences: [] });
	});

	it("finishes what an interrupted erasure began, and notes nothing twice", async () => {
		const total = MAX_EVENTS_PER_COMMIT + 50;
		const all = Array.from({ length: total }, (_, id) => event(id, { action: "ping", timestamp: NOON + id }));
		await storeTogether(db, [all], 90);
		await countAll();

		const interrupt = () => {
			throw new Error("interrupted");
		};
		await erase({ onProgress: interrupt }).then(
			() => expect.fail("It was not interrupted."),
			(error: Error) => expect(error.message).to.equal("interrupted"),
		);
		expect(await documents(eventsPath(APP, DEVICE))).to.equal(50);

		expect(await erase()).to.deep.equal({ devices: 0, events: 50 });
		const did = { tried: 1, downloaded: 1, ran: 1 };
		expect(await fieldsOf(dayPath(APP, "2.0.0", DAY))).to.deep.include({
			events: total,
			erased_events: total,
			erased_actions: { ping: total },
			devices: did,
			erased_devices: did,
		});
		expect(await erase()).to.deep.equal({ devices: 0, events: 0 });
	});

	it("run twice at once, notes each event once", async () => {
		const all = Array.from({ length: 200 }, (_, id) => event(id, { action: "ping", timestamp: NOON + id }));
		await storeTogether(db, [all], 90);
		await countAll();

		const erased = await Promise.all([erase(), erase()]);
		expect(erased.reduce((sum, { events = 0 }) => sum + events, 0)).to.equal(200);
		expect(await fieldsOf(dayPath(APP, "2.0.0", DAY))).to.deep.include({
			events: 200,
			erased_events: 200,
			erased_devices: { tried: 1, downloaded: 1, ran: 1 },
		});
	});

	it("leaves nothing of a device whose events arrive and are counted meanwhile, and its counters right @soak", async () => {
		const before = isSoak ? 200 : 60;
		const meanwhile = before / 5;
		const all = Array.from({ length: before }, (_, id) => event(id, { action: "ping", timestamp: NOON + id }));
		await storeTogether(db, [all], 90);
		await countAll();
		const arriving = Array.from({ length: meanwhile }, (_, id) =>
			event(1_000 + id, { action: id % 2 === 0 ? "set" : "update_fail", timestamp: NOON + 1_000 + id }),
		);
		// Two instances, each with its own memory of devices.
		const instances = [counting(db), counting(db)] as const;

		const traffic = arriving.map(async (received, index) => {
			await setTimeout(index * 10);
			await storeTogether(db, [[received]], 90);
			await Promise.all(instances.map(async (instance) => instance(await readEvents(db, APP))));
		});
		let looks = 0;
		const erasing = (async () => {
			for (; looks < 3; looks += 1) await erase();
		})();
		await Promise.all([...traffic, erasing]);
		await erase();

		expect((await db.doc(devicePath(APP, DEVICE)).get()).exists).to.equal(false);
		expect(await documents(eventsPath(APP, DEVICE))).to.equal(0);
		expect(await fieldsOf(dayPath(APP, "2.0.0", DAY))).to.deep.include({
			events: before + meanwhile,
			erased_events: before + meanwhile,
		});
		expect(await dryRun()).to.deep.include({ events: 0, uncounted: 0, differences: [], conflicts: [] });
	});

	it("of a device that sends again makes it a new one", async () => {
		await store({});
		await countAll();
		await erase();
		await storeTogether(db, [[event(9, { timestamp: NOON + 9 })]], 90);
		await countAll();
		const device = await fieldsOf(devicePath(APP, DEVICE));
		expect(device).to.include({ version_name: "2.0.0" });
		expect((await fieldsOf(versionPath(APP, "2.0.0")))["devices"]).to.deep.equal({
			tried: 2,
			downloaded: 2,
			installed: 2,
			well: 2,
		});
		expect(await dryRun()).to.deep.include({ events: 1, differences: [] });
	});

	it("removes an event that somebody made malformed", async () => {
		await store({});
		await countAll();
		await db.doc(`${eventsPath(APP, DEVICE)}/event-0`).update({ action: "not an action" });
		expect(await erase()).to.deep.equal({ devices: 1, events: 1 });
	});

	it("removes an app with everything below it, and no other app", async () => {
		await store({}, { device_id: OTHER_DEVICE }, { app_id: "com.example.shop2" });
		await countAll();
		await db.doc(`${appPath(APP)}/members/ada`).set({ uid: "ada", app_id: APP, role: "admin" });
		const erased = await eraseApp(db, APP, () => {});
		expect(erased).to.deep.equal({ apps: 1, devices: 2, events: 2, members: 1, versions: 1, days: 1 });
		expect(await db.doc(appPath(APP)).listCollections()).to.deep.equal([]);
		expect((await db.doc(appPath(APP)).get()).exists).to.equal(false);
		expect(await documents(eventsPath("com.example.shop2", DEVICE))).to.equal(1);
		expect(await eraseApp(db, APP, () => {})).to.deep.equal({});
	});

	describe("npm run erase", () => {
		const environment = { GCLOUD_PROJECT: PROJECT };
		const run = (...args: readonly string[]) => runCommand("erase", args, { environment });

		/** What was removed of the app, as the command tells it. */
		const removed = (stdout: string) => stdout.trim().replace(`Removed of ${APP}: `, "").split(", ");

		it("prints what it removed of a device, whose id it takes in either case", async () => {
			await store({}, { action: "ping" });
			await countAll();
			const args = ["--app", APP, "--device", DEVICE.toUpperCase()];
			const { code, stdout } = await spawnCommand("erase", args, environment);
			expect({ code, stdout }).to.deep.equal({
				code: 0,
				stdout: `Removed of device ${DEVICE} of ${APP}: 1 device, 2 events\n`,
			});
			const again = await run("--app", APP, "--device", DEVICE);
			expect(again.stdout).to.equal(`Nothing is stored of device ${DEVICE} of ${APP}.\n`);
		});

		it("removes an app only when its id is given once more", async () => {
			await store({});
			await countAll();
			const REFUSED: Readonly<Record<string, readonly string[]>> = {
				"Nobody can be asked here": ["--app", APP],
				"That is not com.example.shop: nothing was removed": ["--app", APP, "--yes", "com.example"],
				"--device is missing": ["--app", APP, "--device", "", "--yes", APP],
			};
			for (const [message, args] of Object.entries(REFUSED)) {
				const { code, stderr } = await run(...args);
				expect(code, message).to.equal(1);
				expect(stderr).to.include(message);
			}
			expect(await documents("apps")).to.equal(1);

			const { stdout } = await run("--app", APP, "--yes", APP);
			const all = ["1 app", "1 device", "1 event", "1 version", "1 day"];
			expect(removed(stdout)).to.have.members(all);
			expect(await documents("apps")).to.equal(0);
		});

		it("asks for nothing where nothing is stored, and still finds what an interrupted erasure left", async () => {
			const { code, stdout } = await run("--app", "com.example.nobody");
			expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "Nothing is stored of com.example.nobody.\n" });

			await store({});
			await countAll();
			await db.doc(appPath(APP)).delete();
			const unasked = await spawnCommand("erase", ["--app", APP], environment);
			expect([unasked.code, unasked.stderr]).to.satisfy(
				() => unasked.code === 1 && unasked.stderr.includes("Nobody can be asked here"),
			);
			const { stdout: rest } = await run("--app", APP, "--yes", APP);
			expect(removed(rest)).to.have.members(["1 device", "1 event", "1 version", "1 day"]);
		});
	});
});
