import { expect } from "chai";
import { storeTogether } from "../../functions/src/ingest/storeEvents.ts";
import { newAppId } from "../support/appIds.ts";
import { counting, readEvents } from "../support/countDirectly.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { countStoredEvents } from "../support/deliveries.ts";
import { receivedEvent } from "../support/receivedEvent.ts";
import { deviceOf, devicesOfVersion, eventsOfAction, sendAll, sendAndCount } from "../support/sendAndCount.ts";
import { storedCounters } from "../support/storedCounters.ts";
import { validEvent } from "../support/validEvent.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const DEVICE = "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11";

/** What a device sends that runs 3.4.6, so many minutes after the first of it. */
function lifeOf(app: string, fields: object = {}) {
	const start = Date.now() - 60 * MINUTE_MS;
	return (minute: number, action: string, version: string, others: object = {}) =>
		validEvent(app, { action, version_name: version, timestamp: start + minute * MINUTE_MS, ...fields, ...others });
}

const deviceIds = (count: number) => Array.from({ length: count }, (_, index) => `device-${index}`);

describe("Devices", () => {
	it("that roll back are counted once each, however many reports they send", async () => {
		const app = newAppId();
		const bodies = deviceIds(12).map((device_id) => {
			const event = lifeOf(app, { device_id });
			return [
				event(0, "app_moved_to_foreground", "3.4.6"),
				event(1, "set", "3.4.7", { old_version_name: "3.4.6" }),
				event(2, "update_fail", "3.4.7"),
				event(3, "set", "3.4.6", { old_version_name: "3.4.7" }),
				event(4, "update_fail", "3.4.7"),
			];
		});
		await sendAll(...bodies);
		await countStoredEvents(app);
		expect(await devicesOfVersion(app, "3.4.7")).to.deep.equal({
			tried: 12,
			downloaded: 12,
			installed: 12,
			failed: 12,
		});
		expect(await devicesOfVersion(app, "3.4.6")).to.deep.equal({
			tried: 12,
			downloaded: 12,
			installed: 12,
			ran: 12,
			well: 12,
		});
		const counters = await storedCounters(db, app);
		expect(counters["/versions/3.4.7"]).to.include({ "actions.update_fail": 24, "actions.set": 12 });
	});

	it("that all crash after an update are all counted as crashed", async () => {
		const app = newAppId();
		const bodies = deviceIds(5).map((device_id) => {
			const event = lifeOf(app, { device_id });
			const exit_timestamp = String(event(3, "", "")["timestamp"]);
			return [
				event(0, "set", "3.4.7", { old_version_name: "3.4.6" }),
				event(1, "app_launch_start", "3.4.7"),
				event(4, "app_crash_native", "3.4.7", { metadata: { exit_timestamp } }),
				event(5, "app_crash_native", "3.4.7", { metadata: { exit_timestamp } }),
			];
		});
		await sendAll(...bodies);
		await countStoredEvents(app);
		const all = { tried: 5, downloaded: 5, installed: 5, ran: 5, crashed: 5 };
		expect(await devicesOfVersion(app, "3.4.7")).to.deep.equal(all);
	});

	it("that report the crash of an earlier process after a store update don't charge the new version with it", async () => {
		const app = newAppId();
		const event = lifeOf(app);
		const exit_timestamp = String(Date.now() - 2 * DAY_MS);
		await sendAndCount(app, [
			event(0, "native_app_version_changed", "4.0.0", { version_build: "4.0.0" }),
			event(1, "app_crash_native", "4.0.0", { version_build: "4.0.0", metadata: { exit_timestamp } }),
		]);
		expect(await devicesOfVersion(app, "4.0.0")).to.deep.equal({ tried: 1, downloaded: 1, ran: 1 });
	});

	it("that can't download the bundle are counted for it, though Android names the running one", async () => {
		const app = newAppId();
		for (const device_id of deviceIds(3)) {
			const event = lifeOf(app, { device_id });
			await sendAndCount(
				app,
				[event(0, "app_moved_to_foreground", "3.4.6"), event(1, "download_10", "3.4.7")],
				event(2, "download_fail", "3.4.6"),
			);
		}
		expect(await devicesOfVersion(app, "3.4.7")).to.deep.equal({ tried: 3, download_failed: 3 });
		expect(await devicesOfVersion(app, "3.4.6")).to.deep.equal({ tried: 3, downloaded: 3, ran: 3 });
		expect((await storedCounters(db, app))["/versions/3.4.6"]).to.include({ "actions.download_fail": 3 });
	});

	it("that fail to check for an update charge nobody", async () => {
		const app = newAppId();
		const event = lifeOf(app);
		await sendAndCount(app, event(0, "app_moved_to_foreground", "3.4.6"), event(1, "download_fail", "3.4.6"), [
			event(2, "app_moved_to_foreground", "3.4.6"),
			event(3, "download_fail", "3.4.6"),
		]);
		const counters = await storedCounters(db, app);
		expect(Object.keys(counters).filter((path) => path.includes("unknown"))).to.deep.equal([]);
		expect(await devicesOfVersion(app, "3.4.6")).to.deep.equal({ tried: 1, downloaded: 1, ran: 1 });
		expect(counters["/versions/3.4.6"]).to.include({ "actions.download_fail": 2, failed_checks: 2 });
		for (const failure of await eventsOfAction(app, "download_fail")) {
			expect(failure).to.include({ failed_check: true });
			expect(failure).not.to.have.any.keys("release", "firsts", "failed_version_name");
		}
	});
});

describe("A corrupt release", () => {
	/** Each is how the plugin may send it that 3.4.8 arrived with a wrong checksum while 3.4.7 runs. */
	const SENT = {
		"in a request of its own": (event: ReturnType<typeof lifeOf>) => [
			[event(0, "app_moved_to_foreground", "3.4.7"), event(1, "download_zip_start", "3.4.8")],
			event(2, "checksum_fail", "3.4.7"),
		],
		"in the request that opens the update": (event: ReturnType<typeof lifeOf>) => [
			event(0, "app_moved_to_foreground", "3.4.7"),
			[event(1, "download_70", "3.4.8"), event(2, "checksum_fail", "3.4.7")],
		],
		"before what opens the update, in one request": (event: ReturnType<typeof lifeOf>) => [
			event(0, "app_moved_to_foreground", "3.4.7"),
			[event(2, "checksum_fail", "3.4.7"), event(1, "download_70", "3.4.8")],
		],
		"by iOS, which names the target": (event: ReturnType<typeof lifeOf>) => [
			event(0, "app_moved_to_foreground", "3.4.7", { platform: "ios" }),
			event(2, "checksum_fail", "3.4.8", { platform: "ios" }),
		],
	};
	for (const [how, sent] of Object.entries(SENT)) {
		it(`is charged, and the one that runs is not: sent ${how}`, async () => {
			const app = newAppId();
			await sendAndCount(app, ...sent(lifeOf(app)));
			expect(await devicesOfVersion(app, "3.4.8")).to.deep.equal({ tried: 1, downloaded: 1, failed: 1 });
			expect(await devicesOfVersion(app, "3.4.7")).to.deep.equal({ tried: 1, downloaded: 1, ran: 1 });
			const [failure] = await eventsOfAction(app, "checksum_fail");
			expect(failure).to.include({ release: "3.4.8", failed_version_name: "3.4.8" });
			expect(await deviceOf(app, DEVICE)).to.deep.include({ version_name: "3.4.7", failed_versions: ["3.4.8"] });
		});
	}

	it("is not named where two updates are on their way", async () => {
		const app = newAppId();
		const event = lifeOf(app);
		await sendAndCount(
			app,
			[event(0, "download_10", "3.4.8"), event(1, "download_10", "3.4.9")],
			event(2, "checksum_fail", "3.4.7"),
		);
		expect(await devicesOfVersion(app, "3.4.8")).to.deep.equal({ tried: 1 });
		expect(await devicesOfVersion(app, "3.4.9")).to.deep.equal({ tried: 1 });
		expect(await devicesOfVersion(app, "unknown")).to.deep.equal({ tried: 1, downloaded: 1, failed: 1 });
	});
});

describe("A device's present state", () => {
	it("has no running version after a rollback, until an event names what runs", async () => {
		const app = newAppId();
		const event = lifeOf(app);
		await sendAndCount(app, [
			event(0, "set", "3.4.7", { old_version_name: "3.4.6" }),
			event(1, "update_fail", "3.4.7"),
		]);
		expect(await deviceOf(app, DEVICE)).not.to.have.property("version_name");
		await sendAndCount(app, event(2, "set", "3.4.6", { old_version_name: "3.4.7" }));
		expect(await deviceOf(app, DEVICE)).to.include({ version_name: "3.4.6" });
	});

	it("is not turned back by an older request that arrives later", async () => {
		const app = newAppId();
		const event = lifeOf(app);
		await sendAndCount(
			app,
			event(5, "set", "3.4.7", { old_version_name: "3.4.6", custom_id: "new", version_os: "16" }),
		);
		const before = await deviceOf(app, DEVICE);
		await sendAndCount(app, [
			event(0, "app_moved_to_foreground", "3.4.6", { custom_id: "old", version_os: "15" }),
			event(1, "set", "3.4.6", { old_version_name: "3.4.5", custom_id: "old", version_os: "15" }),
		]);
		const after = await deviceOf(app, DEVICE);
		expect(after).to.include({ version_name: "3.4.7", last_action: "set", custom_id: "new", version_os: "16" });
		expect(after["running"]).to.deep.equal(before["running"]);
		// What the older request tells of its own release is known all the same.
		expect(after["tried_versions"]).to.have.members(["3.4.7", "3.4.6"]);
	});

	for (const [how, cleared] of [
		["an empty text", ""],
		["null", null],
	] as const) {
		it(`has no custom_id any more once ${how} is sent for it, and keeps it where none is sent`, async () => {
			const app = newAppId();
			const event = lifeOf(app);
			await sendAndCount(app, event(0, "set", "3.4.7", { custom_id: "till-7" }), event(1, "ping", "3.4.7"));
			expect(await deviceOf(app, DEVICE)).to.include({ custom_id: "till-7" });
			await sendAndCount(app, event(2, "ping", "3.4.7", { custom_id: cleared }));
			expect(await deviceOf(app, DEVICE)).not.to.have.property("custom_id");
		});
	}

	it("is written when something is new, and not for each event", async () => {
		const app = newAppId();
		const event = lifeOf(app);
		await sendAndCount(app, event(0, "set", "3.4.7"), event(1, "app_launch_ready", "3.4.7"));
		const { updateTime } = await db.doc(`apps/${app}/devices/${DEVICE}`).get();
		await sendAndCount(app, event(2, "app_moved_to_background", "3.4.7"), event(3, "app_moved_to_foreground", "3.4.7"));
		expect((await db.doc(`apps/${app}/devices/${DEVICE}`).get()).updateTime).to.deep.equal(updateTime);
	});
});

describe("A device expires", () => {
	async function expiryOf(deviceRetentionDays: number, receivedAt: number): Promise<unknown> {
		const app = newAppId();
		await storeTogether(db, [[receivedEvent(app, { timestamp: receivedAt }, { receivedAt })]], 90);
		await counting(db, { deviceRetentionDays })(await readEvents(db, app));
		return (await deviceOf(app, DEVICE))["expire_at"];
	}

	it("so long after it was last seen", async () => {
		const receivedAt = Date.now() - 3 * DAY_MS;
		expect(await expiryOf(400, receivedAt)).to.have.property(
			"seconds",
			Math.floor((receivedAt + 400 * DAY_MS) / 1_000),
		);
	});

	it("never where devices are kept for ever", async () => {
		expect(await expiryOf(0, Date.now())).to.equal(null);
	});

	it("later each time it is seen again, by ten minutes or more", async () => {
		const app = newAppId();
		const first = Date.now() - DAY_MS;
		const times = [first, first + 9 * MINUTE_MS, first + 30 * MINUTE_MS];
		const expiries: unknown[] = [];
		for (const receivedAt of times) {
			await storeTogether(db, [[receivedEvent(app, { action: "ping", timestamp: receivedAt }, { receivedAt })]], 90);
			await counting(db)(await readEvents(db, app));
			expiries.push((await deviceOf(app, DEVICE))["expire_at"].toMillis());
		}
		const after = 400 * DAY_MS;
		expect(expiries).to.deep.equal([first + after, first + after, first + 30 * MINUTE_MS + after]);
	});
});
