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
		const at = startOfHour(startedAt - 2 * HOUR_MS);
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
			[`apps/${app}`]: appCounter(app, 1, startedAt),
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
				running: { ...changed(iso(at)), replaced: "3.4.6", is_untimed: false },
				last_action: "set",
				described_at: iso(at),
				...seen(startedAt),
				releases: { "3.4.7": { tried_on: day(at), installed_at: iso(at), began_at: iso(at), end_arrived_at: "now" } },
				...lists({ tried_versions: ["3.4.7"] }),
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
				custom_id: null,
				defaultChannel: null,
				key_id: "MIIBCgKC",
				old_version_name: "3.4.6",
				action: "set",
				timestamp: at,
				occurred_at: iso(at),
				received_at: "now",
				expire_at: iso(at + 91 * DAY_MS),
				counted_at: "now",
				release: "3.4.7",
				firsts: ["tried", "downloaded", "installed", "well"],
				tried_on: day(at),
			},
			...versionCounters(app, "3.4.7", at, { events: 1, actions: { set: 1 } }, [
				"tried",
				"downloaded",
				"installed",
				"well",
			]),
			...versionCounters(app, "3.4.6", at, { actions: { uninstall: 1 } }),
		});
	});

	it("iOS, current: an array of a whole update, a failure of one file and a crash in it", async () => {
		const { app, startedAt } = newTest();
		const at = startOfHour(startedAt - 5 * HOUR_MS);
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
			occurred_at: iso(timestamp),
			received_at: "now",
			expire_at: iso(timestamp + 91 * DAY_MS),
			counted_at: "now",
		});

		expect(withoutFirsts(await sendAndRead(app, body, startedAt))).to.deep.equal({
			[`apps/${app}`]: appCounter(app, 3, startedAt),
			[`apps/${app}/devices/${DEVICE}`]: {
				...stored,
				is_dev: true,
				version_name: "builtin",
				running: { at: iso(at + 2_000), event_id: "app_crash", is_change: false, is_untimed: false },
				last_action: "app_crash",
				described_at: iso(at + 2_000),
				...seen(startedAt),
				releases: {
					"3.4.7": {
						tried_on: day(at),
						tried_as_dev: true,
						opened_at: iso(at),
						download_failed_at: iso(at + 1_000),
						end_arrived_at: "now",
					},
					builtin: {
						tried_on: day(at),
						tried_as_dev: true,
						began_at: iso(at + 2_000),
						has_run: true,
						crashed_at: [iso(at + 2_000)],
					},
				},
				...lists({
					tried_versions: ["3.4.7", "builtin"],
					ran_versions: ["builtin"],
					download_failed_versions: ["3.4.7"],
					crashed_versions: ["builtin"],
				}),
			},
			[`apps/${app}/devices/${DEVICE}/events/download_10`]: {
				...stored,
				...times(at),
				action: "download_10",
				version_name: "3.4.7",
				release: "3.4.7",
			},
			[`apps/${app}/devices/${DEVICE}/events/download_manifest_file_fail`]: {
				...stored,
				...times(at + 1_000),
				action: "download_manifest_file_fail",
				version_name: "3.4.7",
				file: "assets/main.js",
				release: "3.4.7",
				failed_version_name: "3.4.7",
			},
			[`apps/${app}/devices/${DEVICE}/events/app_crash`]: {
				...stored,
				...times(at + 2_000),
				action: "app_crash",
				version_name: "builtin",
				release: "builtin",
				failed_version_name: "builtin",
				metadata: { reason: "SIGABRT", thread: "main" },
			},
			...versionCounters(
				app,
				"3.4.7",
				at,
				{
					events: 2,
					actions: { download_10: 1, download_manifest_file_fail: 1 },
					dev_actions: { download_10: 1, download_manifest_file_fail: 1 },
				},
				["tried", "download_failed"],
			),
			...versionCounters(app, "builtin", at, { events: 1, actions: { app_crash: 1 }, dev_actions: { app_crash: 1 } }, [
				"tried",
				"downloaded",
				"ran",
				"crashed",
			]),
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
			[`apps/${app}`]: appCounter(app, 1, startedAt),
			[`apps/${app}/devices/${DEVICE}`]: {
				...info,
				is_dev: false,
				version_name: "2.9.4",
				running: { ...changed("now"), replaced: "builtin", is_untimed: true },
				last_action: "set",
				described_at: "now",
				...seen(startedAt),
				releases: {
					"2.9.4": { tried_on: day(startedAt), installed_at: "now", began_at: "now", end_arrived_at: "now" },
				},
				...lists({ tried_versions: ["2.9.4"] }),
			},
			[`apps/${app}/devices/${DEVICE}/events/set`]: {
				...info,
				custom_id: null,
				version_name: "2.9.4",
				old_version_name: "builtin",
				action: "set",
				...arrival,
				release: "2.9.4",
				firsts: ["tried", "downloaded", "installed", "well"],
				tried_on: day(startedAt),
			},
			...versionCounters(app, "2.9.4", startedAt, { events: 1, actions: { set: 1 } }, [
				"tried",
				"downloaded",
				"installed",
				"well",
			]),
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
			[`apps/${app}`]: appCounter(app, 1, startedAt),
			[`apps/${app}/devices/${DEVICE}`]: {
				...info,
				is_dev: true,
				last_action: "set_fail",
				described_at: "now",
				...seen(startedAt),
				releases: {
					"1.2.3": { tried_on: day(startedAt), tried_as_dev: true, failed_at: "now", end_arrived_at: "now" },
				},
				...lists({ tried_versions: ["1.2.3"], failed_versions: ["1.2.3"] }),
			},
			[`apps/${app}/devices/${DEVICE}/events/set_fail`]: {
				...info,
				custom_id: null,
				defaultChannel: null,
				version_name: "1.2.3",
				failed_version_name: "1.2.3",
				action: "set_fail",
				...arrival,
				release: "1.2.3",
				firsts: ["tried", "downloaded", "failed"],
				tried_on: day(startedAt),
				tried_as_dev: true,
			},
			...versionCounters(
				app,
				"1.2.3",
				startedAt,
				{ events: 1, actions: { set_fail: 1 }, dev_actions: { set_fail: 1 } },
				["tried", "downloaded", "failed"],
			),
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
			[`apps/${app}`]: appCounter(app, 1, startedAt),
			[`apps/${app}/devices/${DEVICE}`]: {
				...stored,
				is_dev: false,
				version_name: "builtin",
				running: { at: "now", event_id: "app_moved_to_foreground", is_change: false, is_untimed: true },
				last_action: "app_moved_to_foreground",
				described_at: "now",
				...seen(startedAt),
				releases: { builtin: { tried_on: day(startedAt), began_at: "now", has_run: true } },
				...lists({ tried_versions: ["builtin"], ran_versions: ["builtin"] }),
			},
			[`apps/${app}/devices/${DEVICE}/events/app_moved_to_foreground`]: {
				...stored,
				custom_id: null,
				version_name: "builtin",
				action: "app_moved_to_foreground",
				...arrival,
				release: "builtin",
				firsts: ["tried", "downloaded", "ran"],
				tried_on: day(startedAt),
			},
			...versionCounters(app, "builtin", startedAt, { events: 1, actions: { app_moved_to_foreground: 1 } }, [
				"tried",
				"downloaded",
				"ran",
			]),
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
			[`apps/${app}`]: appCounter(app, 1, startedAt),
			[`apps/${app}/devices/${DEVICE}`]: {
				...info,
				is_dev: false,
				last_action: "set_fail",
				described_at: "now",
				...seen(startedAt),
				releases: { unknown: { tried_on: day(startedAt), failed_at: "now", end_arrived_at: "now" } },
				...lists({ tried_versions: ["unknown"], failed_versions: ["unknown"] }),
			},
			[`apps/${app}/devices/${DEVICE}/events/set_fail`]: {
				...info,
				version_name: "unknown",
				failed_version_name: "unknown",
				action: "set_fail",
				bundle_id: "V1StGXR8",
				message: "ENOSPC: no space left on device",
				...arrival,
				release: "unknown",
				firsts: ["tried", "downloaded", "failed"],
				tried_on: day(startedAt),
			},
			...versionCounters(app, "unknown", startedAt, { events: 1, actions: { set_fail: 1 } }, [
				"tried",
				"downloaded",
				"failed",
			]),
		});
	});
});

/** The times of an event that carries no timestamp, once it is counted. */
const arrival = { occurred_at: "now", received_at: "now", expire_at: "now + 91 days", counted_at: "now" };

/** When a device was seen that sent something just now, and when it will be forgotten. */
const seen = (startedAt: number) => ({
	first_seen_at: "now",
	last_seen_at: "now",
	active_on: day(startedAt),
	expire_at: "now + 400 days",
});

/** The lists of versions of a device's document. */
const lists = (some: object) => ({
	tried_versions: [],
	ran_versions: [],
	failed_versions: [],
	download_failed_versions: [],
	crashed_versions: [],
	...some,
});

/** What a `set` tells of the running version. */
const changed = (at: string) => ({ at, event_id: "set", is_change: true });

function newTest() {
	return { app: newAppId(), startedAt: Date.now() };
}

/** Posts a body, and reads what is stored of the app once its events are counted. */
async function sendAndRead(app: string, body: object, startedAt: number): Promise<Documents> {
	const answer = await post(suite.statsUrl, body);
	const results = Array.isArray(body) ? { results: body.map((_, index) => ({ index, status: "ok" })) } : {};
	expect(answer.body).to.deep.equal({ status: "ok", ...results });
	expect(answer.status).to.equal(200);

	await untilCounted(db, app);
	return nameEvents(await readApp(db, app, startedAt));
}

/** Events stand under their action's name, wherever an id is told. */
function nameEvents(documents: Documents): Documents {
	const actions = new Map(
		Object.entries(documents).map(([path, document]) => [path.split("/events/")[1], document?.["action"]]),
	);
	const named = Object.entries(documents).map(([path, document]) => {
		const [parent, id] = path.split("/events/");
		if (id !== undefined) return [`${parent}/events/${actions.get(id)}`, document];
		const running = document?.["running"];
		if (running === undefined) return [path, document];
		return [path, { ...document, running: { ...running, event_id: actions.get(running.event_id) } }];
	});
	return Object.fromEntries(named);
}

/** Which of several events counts a flag is a matter of the order in which the emulator delivers them. */
function withoutFirsts(documents: Documents): Documents {
	const kept = Object.entries(documents).map(([path, document]) => {
		if (!path.includes("/events/")) return [path, document];
		const { firsts, tried_on, tried_as_dev, ...fields } = document ?? {};
		return [path, fields];
	});
	return Object.fromEntries(kept);
}

/** The counter of an app with one device. */
function appCounter(app: string, events: number, startedAt: number) {
	const newDevices = { [day(startedAt)]: 1 };
	return { app_id: app, events, new_devices: newDevices, first_event_at: "now", last_event_at: "now" };
}

/** A version's counters whose events all happened within one hour, and one device with these flags. */
function versionCounters(
	app: string,
	version: string,
	at: number,
	counts: { readonly events?: number; readonly actions: object; readonly dev_actions?: object },
	flags: readonly string[] = [],
): Documents {
	const isDev = counts.dev_actions !== undefined;
	const devices = Object.fromEntries(flags.map((flag) => [flag, 1]));
	const counter = {
		app_id: app,
		version_name: version,
		...counts,
		...(flags.length > 0 && { devices, ...(isDev && { dev_devices: devices }) }),
		first_event_at: "now",
		last_event_at: "now",
	};
	const hours = { [iso(at).slice(11, 13)]: devices };
	return {
		[`apps/${app}/versions/${version}`]: counter,
		[`apps/${app}/versions/${version}/days/${day(at)}`]: {
			...counter,
			day: day(at),
			...(flags.length > 0 && !isDev && { hours }),
		},
	};
}

function startOfHour(milliseconds: number): number {
	return Math.floor(milliseconds / HOUR_MS) * HOUR_MS;
}

function iso(milliseconds: number): string {
	return new Date(milliseconds).toISOString();
}

function day(milliseconds: number): string {
	return new Date(milliseconds).toISOString().slice(0, 10);
}
