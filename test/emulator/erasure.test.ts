import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { countEvents, MAX_EVENTS_PER_COMMIT } from "../../functions/src/counters/countEvents.ts";
import { readStoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { eraseApp } from "../../functions/admin/erasure/eraseApp.ts";
import { eraseDevice } from "../../functions/admin/erasure/eraseDevice.ts";
import { parseEvent } from "../../functions/src/events/schema.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import type { ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { appPath, dayPath, devicePath, eventsPath, versionPath } from "../../functions/src/firestore/paths.ts";
import { storeEvents } from "../../functions/src/ingest/storeEvents.ts";
import { recount } from "../../functions/admin/recount/recount.ts";

const APP = "com.example.shop";
const DEVICE = "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11";
const OTHER_DEVICE = "7d9c1e0a-1111-4a43-9d53-0d8f1d1c9a11";
const DAY = "2026-01-02";
const NOON = Date.parse(`${DAY}T12:00:00Z`);

/** A project of its own, so that no function is triggered: what is counted here is counted by the erasure. */
const PROJECT = `demo-erasure-${process.pid}`;

describe("erasure", () => {
	const db = openFirestore(PROJECT);

	afterEach(() => db.recursiveDelete(db.collection("apps")));

	function event(id: number, fields: object): ReceivedEvent {
		const parsed = parseEvent({
			app_id: APP,
			device_id: DEVICE,
			platform: "android",
			action: "set",
			version_name: "2.0.0",
			version_build: "1.0.0",
			version_code: "1",
			version_os: "15",
			plugin_version: "8.51.14",
			timestamp: NOON,
			...fields,
		});
		if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
		return { id: `event-${id}`, event: parsed.event, receivedAt: NOON };
	}

	async function store(...fields: readonly object[]): Promise<void> {
		await storeEvents(
			db,
			fields.map((each, id) => event(id, each)),
			90,
		);
	}

	const erase = (deviceId = DEVICE) => eraseDevice(db, { appId: APP, deviceId, now: Date.now, onProgress: () => {} });

	const documents = async (path: string) => (await db.collection(path).count().get()).data().count;
	const fieldsOf = async (path: string) => (await db.doc(path).get()).data() ?? {};

	it("removes a device's state and events, and nothing of another device", async () => {
		await store({}, { action: "app_moved_to_foreground" }, { device_id: OTHER_DEVICE });
		expect(await erase()).to.deep.equal({ devices: 1, events: 2 });
		expect((await db.doc(devicePath(APP, DEVICE)).get()).exists).to.equal(false);
		expect(await documents(eventsPath(APP, DEVICE))).to.equal(0);
		expect((await db.doc(devicePath(APP, OTHER_DEVICE)).get()).exists).to.equal(true);
		expect(await documents(eventsPath(APP, OTHER_DEVICE))).to.equal(1);
	});

	it("leaves the counters, and notes in the ledger of the day what a recount won't find", async () => {
		await store(
			{ old_version_name: "1.0.0" },
			{ action: "app_moved_to_foreground" },
			{ action: "app_moved_to_foreground", is_emulator: true, version_build: "2" },
		);
		await erase();

		const counted = { set: 1, app_moved_to_foreground: 2 };
		expect((await fieldsOf(versionPath(APP, "2.0.0")))["actions"]).to.deep.equal(counted);
		expect(await fieldsOf(dayPath(APP, "2.0.0", DAY))).to.deep.include({
			actions: counted,
			dev_actions: { app_moved_to_foreground: 1 },
			events: 3,
			erased_actions: counted,
			erased_dev_actions: { app_moved_to_foreground: 1 },
			erased_events: 3,
		});
		expect(await fieldsOf(dayPath(APP, "1.0.0", DAY))).to.deep.include({
			actions: { uninstall: 1 },
			erased_actions: { uninstall: 1 },
		});
		const options = { appId: APP, dryRun: true, firstDay: DAY, now: Date.now, onProgress: () => {} };
		expect(await recount(db, options)).to.deep.include({ events: 0, differences: [] });
	});

	it("finishes what an interrupted erasure began, and notes nothing twice", async () => {
		const total = MAX_EVENTS_PER_COMMIT + 50;
		const all = Array.from({ length: total }, (_, id) => event(id, { action: "ping", timestamp: NOON + id }));
		await storeEvents(db, all.slice(0, 400), 90);
		await storeEvents(db, all.slice(400), 90);

		const interrupt = () => {
			throw new Error("interrupted");
		};
		const interrupted = eraseDevice(db, { appId: APP, deviceId: DEVICE, now: Date.now, onProgress: interrupt });
		await interrupted.then(
			() => expect.fail("It was not interrupted."),
			(error: Error) => expect(error.message).to.equal("interrupted"),
		);
		expect(await documents(eventsPath(APP, DEVICE))).to.equal(50);

		expect(await erase()).to.deep.equal({ devices: 1, events: 50 });
		expect(await fieldsOf(dayPath(APP, "2.0.0", DAY))).to.deep.include({
			events: total,
			erased_events: total,
			erased_actions: { ping: total },
		});
		expect(await erase()).to.deep.equal({ devices: 0, events: 0 });
	});

	it("run twice at once, notes each event once", async () => {
		const all = Array.from({ length: 200 }, (_, id) => event(id, { action: "ping", timestamp: NOON + id }));
		await storeEvents(db, all, 90);
		const { docs } = await db.collection(eventsPath(APP, DEVICE)).get();
		const stored = docs.map(readStoredEvent).flatMap((read) => (read.ok ? [read.event] : []));
		await countEvents(db, stored, { countedAt: NOON });

		const erased = await Promise.all([erase(), erase()]);
		expect(erased.reduce((sum, { events = 0 }) => sum + events, 0)).to.equal(200);
		expect(await fieldsOf(dayPath(APP, "2.0.0", DAY))).to.deep.include({ events: 200, erased_events: 200 });
	});

	it("never leaves half of what arrives while it runs", async () => {
		await store({});
		let late: Promise<void> | undefined;
		await eraseDevice(db, {
			appId: APP,
			deviceId: DEVICE,
			onProgress: () => {},
			now: () => {
				late ??= storeEvents(db, [event(7, { action: "ping" })], 90);
				return NOON;
			},
		});
		await late;
		// The event may also have come after the end: then it is that of a new device.
		const isDevice = (await db.doc(devicePath(APP, DEVICE)).get()).exists;
		expect(await documents(eventsPath(APP, DEVICE))).to.equal(isDevice ? 1 : 0);
	});

	it("removes an event that somebody made malformed", async () => {
		await store({});
		await db.doc(`${eventsPath(APP, DEVICE)}/event-0`).update({ action: "not an action" });
		expect(await erase()).to.deep.equal({ devices: 1, events: 1 });
	});

	it("removes an app with everything below it, and no other app", async () => {
		await store({}, { device_id: OTHER_DEVICE }, { app_id: "com.example.shop2" });
		await db.doc(`${appPath(APP)}/members/ada`).set({ uid: "ada", app_id: APP, role: "admin" });
		await db.doc(versionPath(APP, "2.0.0")).set({ app_id: APP });
		await db.doc(dayPath(APP, "2.0.0", DAY)).set({ app_id: APP });
		const erased = await eraseApp(db, APP, () => {});
		expect(erased).to.deep.equal({ apps: 1, devices: 2, events: 2, members: 1, versions: 1, days: 1 });
		expect(await db.doc(appPath(APP)).listCollections()).to.deep.equal([]);
		expect((await db.doc(appPath(APP)).get()).exists).to.equal(false);
		expect(await documents(eventsPath("com.example.shop2", DEVICE))).to.equal(1);
		expect(await eraseApp(db, APP, () => {})).to.deep.equal({});
	});

	describe("npm run erase", () => {
		const run = async (...args: readonly string[]) => {
			const command = promisify(execFile)(process.execPath, ["scripts/erase.ts", ...args], {
				env: { ...process.env, GCLOUD_PROJECT: PROJECT },
			});
			command.child.stdin?.end();
			return command.then(
				({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
				(error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
			);
		};

		it("prints what it removed of a device, whose id it takes in either case", async () => {
			await store({}, { action: "ping" });
			const { code, stdout } = await run("--app", APP, "--device", DEVICE.toUpperCase());
			expect({ code, stdout }).to.deep.equal({
				code: 0,
				stdout: `Removed of device ${DEVICE} of ${APP}: 1 device, 2 events\n`,
			});
			const again = await run("--app", APP, "--device", DEVICE);
			expect(again.stdout).to.equal(`Nothing is stored of device ${DEVICE} of ${APP}.\n`);
		});

		it("removes an app only when its id is given once more", async () => {
			await store({});
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
			expect(stdout).to.equal(`Removed of ${APP}: 1 app, 1 device, 1 event\n`);
			expect(await documents("apps")).to.equal(0);
		});

		it("asks for nothing where nothing is stored, and still finds what an interrupted erasure left", async () => {
			const { code, stdout } = await run("--app", "com.example.nobody");
			expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "Nothing is stored of com.example.nobody.\n" });

			await store({});
			await db.doc(appPath(APP)).delete();
			expect((await run("--app", APP)).stderr).to.include("Nobody can be asked here");
			expect((await run("--app", APP, "--yes", APP)).stdout).to.equal(`Removed of ${APP}: 1 device, 1 event\n`);
		});
	});
});
