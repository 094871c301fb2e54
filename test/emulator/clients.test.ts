import { expect } from "chai";
import { newAppId } from "../support/appIds.ts";
import { type Documents, db, readApp, untilCounted } from "../support/database.ts";
import { post } from "../support/post.ts";
import { suite } from "../support/suite.ts";

const DEVICE = "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11";
const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

/** Each client of the wire contract, with a body as it sends it, and everything that is then in the database. */
describe("What each client sends is stored and counted", () => {
	it("Android, current: an array with timestamps", async () => {
		const { app, startedAt } = newTest();
		const at = startedAt - 2 * HOUR_MS;
		const body = [
			{
				platform: "android",
				device_id: DEVICE,
				app_id: app,
				custom_id: "",
				version_build: "3.4.0",
				version_code: "30400",
				version_os: "15",
				version_name: "3.4.7",
				plugin_version: "8.51.14",
				is_emulator: false,
				is_prod: true,
				install_source: "play_store",
				defaultChannel: "",
				key_id: "MIIBCgKC",
				old_version_name: "3.4.6",
				action: "set",
				timestamp: at,
			},
		];

		expect(await sendAndRead(app, body, startedAt)).to.deep.equal({
			[`apps/${app}`]: appCounter(app, 1),
			[`apps/${app}/devices/${DEVICE}`]: {
				app_id: app,
				device_id: DEVICE,
				platform: "android",
				version_build: "3.4.0",
				version_code: "30400",
				version_os: "15",
				plugin_version: "8.51.14",
				is_emulator: false,
				is_prod: true,
				is_dev: false,
				install_source: "play_store",
				key_id: "MIIBCgKC",
				version_name: "3.4.7",
				last_action: "set",
				first_seen_at: "now",
				last_seen_at: "now",
				active_on: day(startedAt),
			},
			[`apps/${app}/devices/${DEVICE}/events/set`]: {
				app_id: app,
				device_id: DEVICE,
				platform: "android",
				version_build: "3.4.0",
				version_code: "30400",
				version_os: "15",
				version_name: "3.4.7",
				plugin_version: "8.51.14",
				is_emulator: false,
				is_prod: true,
				install_source: "play_store",
				key_id: "MIIBCgKC",
				old_version_name: "3.4.6",
				action: "set",
				timestamp: at,
				occurred_at: new Date(at).toISOString(),
				received_at: "now",
				expire_at: new Date(at + 91 * DAY_MS).toISOString(),
				counted_at: "now",
			},
			...versionCounters(app, "3.4.7", at, { events: 1, actions: { set: 1 } }),
			...versionCounters(app, "3.4.6", at, { actions: { uninstall: 1 } }),
		});
	});

	it("iOS, current: an array of a whole update, a failure of one file and a crash in it", async () => {
		const { app, startedAt } = newTest();
		const at = startedAt - 5 * HOUR_MS;
		const info = {
			platform: "ios",
			device_id: DEVICE.toUpperCase(),
			app_id: app,
			custom_id: "customer-17",
			version_build: "3.4.0",
			version_code: "30400",
			version_os: "18.1",
			plugin_version: "8.51.14",
			is_emulator: true,
			is_prod: false,
			channel: "beta",
			defaultChannel: "production",
		};
		const body = [
			{ ...info, action: "download_10", version_name: "3.4.7", old_version_name: "", timestamp: at },
			{
				...info,
				action: "download_manifest_file_fail",
				version_name: "3.4.7:assets/main.js",
				old_version_name: "",
				timestamp: at + 1_000,
			},
			{
				...info,
				action: "app_crash",
				version_name: "builtin",
				old_version_name: "",
				timestamp: at + 2_000,
				metadata: { reason: "SIGABRT", details: "", thread: "main" },
			},
		];
		const stored = {
			platform: "ios",
			device_id: DEVICE,
			app_id: app,
			custom_id: "customer-17",
			version_build: "3.4.0",
			version_code: "30400",
			version_os: "18.1",
			plugin_version: "8.51.14",
			is_emulator: true,
			is_prod: false,
			channel: "beta",
			defaultChannel: "production",
		};
		const times = (timestamp: number) => ({
			timestamp,
			occurred_at: new Date(timestamp).toISOString(),
			received_at: "now",
			expire_at: new Date(timestamp + 91 * DAY_MS).toISOString(),
			counted_at: "now",
		});

		expect(await sendAndRead(app, body, startedAt)).to.deep.equal({
			[`apps/${app}`]: appCounter(app, 3),
			[`apps/${app}/devices/${DEVICE}`]: {
				...stored,
				is_dev: true,
				version_name: "builtin",
				last_action: "app_crash",
				first_seen_at: "now",
				last_seen_at: "now",
				active_on: day(startedAt),
			},
			[`apps/${app}/devices/${DEVICE}/events/download_10`]: {
				...stored,
				...times(at),
				action: "download_10",
				version_name: "3.4.7",
			},
			[`apps/${app}/devices/${DEVICE}/events/download_manifest_file_fail`]: {
				...stored,
				...times(at + 1_000),
				action: "download_manifest_file_fail",
				version_name: "3.4.7",
				file: "assets/main.js",
				failed_version_name: "3.4.7",
			},
			[`apps/${app}/devices/${DEVICE}/events/app_crash`]: {
				...stored,
				...times(at + 2_000),
				action: "app_crash",
				version_name: "builtin",
				failed_version_name: "builtin",
				metadata: { reason: "SIGABRT", thread: "main" },
			},
			...versionCounters(app, "3.4.7", at, {
				events: 2,
				actions: { download_10: 1, download_manifest_file_fail: 1 },
				dev_actions: { download_10: 1, download_manifest_file_fail: 1 },
			}),
			...versionCounters(app, "builtin", at, {
				events: 1,
				actions: { app_crash: 1 },
				dev_actions: { app_crash: 1 },
			}),
		});
	});

	it("7.x: one object without a timestamp", async () => {
		const { app, startedAt } = newTest();
		const info = {
			platform: "android",
			device_id: DEVICE,
			app_id: app,
			version_build: "2.9.1",
			version_code: "20901",
			version_os: "14",
			plugin_version: "7.34.2",
			is_emulator: false,
			is_prod: true,
			defaultChannel: "production",
		};
		const body = { ...info, custom_id: "", version_name: "2.9.4", old_version_name: "builtin", action: "set" };

		expect(await sendAndRead(app, body, startedAt)).to.deep.equal({
			[`apps/${app}`]: appCounter(app, 1),
			[`apps/${app}/devices/${DEVICE}`]: {
				...info,
				is_dev: false,
				version_name: "2.9.4",
				last_action: "set",
				first_seen_at: "now",
				last_seen_at: "now",
				active_on: day(startedAt),
			},
			[`apps/${app}/devices/${DEVICE}/events/set`]: {
				...info,
				version_name: "2.9.4",
				old_version_name: "builtin",
				action: "set",
				...arrival,
			},
			...versionCounters(app, "2.9.4", startedAt, { events: 1, actions: { set: 1 } }),
			...versionCounters(app, "builtin", startedAt, { actions: { uninstall: 1 } }),
		});
	});

	it("5.x Android: one object, without what later versions added", async () => {
		const { app, startedAt } = newTest();
		const info = {
			platform: "android",
			device_id: DEVICE,
			app_id: app,
			version_build: "1.2.0",
			version_code: "10200",
			version_os: "11",
			plugin_version: "5.9.0",
			is_emulator: true,
			is_prod: true,
		};
		const body = { ...info, custom_id: "", version_name: "1.2.3", action: "set_fail", defaultChannel: "" };

		expect(await sendAndRead(app, body, startedAt)).to.deep.equal({
			[`apps/${app}`]: appCounter(app, 1),
			[`apps/${app}/devices/${DEVICE}`]: {
				...info,
				is_dev: true,
				last_action: "set_fail",
				first_seen_at: "now",
				last_seen_at: "now",
				active_on: day(startedAt),
			},
			[`apps/${app}/devices/${DEVICE}/events/set_fail`]: {
				...info,
				version_name: "1.2.3",
				failed_version_name: "1.2.3",
				action: "set_fail",
				...arrival,
			},
			...versionCounters(app, "1.2.3", startedAt, {
				events: 1,
				actions: { set_fail: 1 },
				dev_actions: { set_fail: 1 },
			}),
		});
	});

	it("4.x Android: one object without flags, the device id in capitals", async () => {
		const { app, startedAt } = newTest();
		const info = {
			platform: "android",
			app_id: app,
			version_build: "1.0.0",
			version_code: "10000",
			version_os: "9",
			plugin_version: "4.63.1",
		};
		const body = {
			...info,
			device_id: DEVICE.toUpperCase(),
			custom_id: null,
			version_name: "builtin",
			action: "app_moved_to_foreground",
		};
		const stored = { ...info, device_id: DEVICE, is_prod: true, is_emulator: false };

		expect(await sendAndRead(app, body, startedAt)).to.deep.equal({
			[`apps/${app}`]: appCounter(app, 1),
			[`apps/${app}/devices/${DEVICE}`]: {
				...stored,
				is_dev: false,
				version_name: "builtin",
				last_action: "app_moved_to_foreground",
				first_seen_at: "now",
				last_seen_at: "now",
				active_on: day(startedAt),
			},
			[`apps/${app}/devices/${DEVICE}/events/app_moved_to_foreground`]: {
				...stored,
				version_name: "builtin",
				action: "app_moved_to_foreground",
				...arrival,
			},
			...versionCounters(app, "builtin", startedAt, { events: 1, actions: { app_moved_to_foreground: 1 } }),
		});
	});

	it("Electron: one object with a bundle id and a message, and no version name", async () => {
		const { app, startedAt } = newTest();
		const info = {
			platform: "electron",
			device_id: DEVICE,
			app_id: app,
			version_build: "3.4.0",
			version_code: "3.4.0",
			version_os: "10.0.22631",
			plugin_version: "0.0.6",
			is_emulator: false,
			is_prod: true,
			defaultChannel: "production",
		};
		const body = {
			...info,
			version_name: "",
			old_version_name: "",
			action: "set_fail",
			bundle_id: "V1StGXR8",
			message: "ENOSPC: no space left on device",
		};

		expect(await sendAndRead(app, body, startedAt)).to.deep.equal({
			[`apps/${app}`]: appCounter(app, 1),
			[`apps/${app}/devices/${DEVICE}`]: {
				...info,
				is_dev: false,
				last_action: "set_fail",
				first_seen_at: "now",
				last_seen_at: "now",
				active_on: day(startedAt),
			},
			[`apps/${app}/devices/${DEVICE}/events/set_fail`]: {
				...info,
				version_name: "unknown",
				failed_version_name: "unknown",
				action: "set_fail",
				bundle_id: "V1StGXR8",
				message: "ENOSPC: no space left on device",
				...arrival,
			},
			...versionCounters(app, "unknown", startedAt, { events: 1, actions: { set_fail: 1 } }),
		});
	});
});

/** The times of an event that carries no timestamp, once it is counted. */
const arrival = { occurred_at: "now", received_at: "now", expire_at: "now + 91 days", counted_at: "now" };

function newTest() {
	return { app: newAppId(), startedAt: Date.now() };
}

/** Posts a body, and reads what is stored of the app once its events are counted. Events stand under their action's name. */
async function sendAndRead(app: string, body: object, startedAt: number): Promise<Documents> {
	const answer = await post(suite.statsUrl, body);
	const results = Array.isArray(body) ? { results: body.map((_, index) => ({ index, status: "ok" })) } : {};
	expect(answer.body).to.deep.equal({ status: "ok", ...results });
	expect(answer.status).to.equal(200);

	await untilCounted(db, app);
	return nameEvents(await readApp(db, app, startedAt));
}

function nameEvents(documents: Documents): Documents {
	const named = Object.entries(documents).map(([path, document]) => [
		path.replace(/(?<=\/events\/)\w+$/, document?.["action"]),
		document,
	]);
	return Object.fromEntries(named);
}

function appCounter(app: string, events: number) {
	return { app_id: app, events, first_event_at: "now", last_event_at: "now" };
}

/** A version's counters whose events all happened on one day. */
function versionCounters(app: string, version: string, at: number, counts: object): Documents {
	const counter = { app_id: app, version_name: version, ...counts, first_event_at: "now", last_event_at: "now" };
	return {
		[`apps/${app}/versions/${version}`]: counter,
		[`apps/${app}/versions/${version}/days/${day(at)}`]: { ...counter, day: day(at) },
	};
}

function day(milliseconds: number): string {
	return new Date(milliseconds).toISOString().slice(0, 10);
}
