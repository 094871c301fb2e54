import type { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath, dayPath, devicePath, eventsPath, versionPath } from "../../functions/src/firestore/paths.ts";
import { lastDays } from "../../metrics/days.ts";
import { BREAKING_ACTIONS, FUNNEL_ACTIONS } from "../../metrics/definitions.ts";
import type { ActionCounts } from "../../metrics/documents.ts";
import { Random } from "./random.ts";

/** How much history there is to be. */
export type HistorySize = {
	readonly appId: string;
	readonly versions: number;
	readonly days: number;
	readonly devices: number;
	/** Failures of the newest release with the devices behind them. */
	readonly failures: number;
	/** How many days ago the newest version was released. */
	readonly newestAge: number;
};

/** A document to write, and where. */
export type Written = { readonly path: string; readonly data: Readonly<Record<string, unknown>> };

type Release = { readonly version: string; readonly releasedOn: number; readonly failureRate: number };

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A release gains most devices in its first days: each day has this part of the day before. */
const DAILY_DECAY = 0.72;

type Platform = { readonly platform: string; readonly version_os: string; readonly share: number };

const PLATFORMS: readonly [Platform, ...Platform[]] = [
	{ platform: "android", version_os: "16", share: 6 },
	{ platform: "ios", version_os: "26.1", share: 4 },
];

type Reason = {
	readonly action: string;
	readonly message?: string;
	readonly file?: string;
	readonly metadata?: object;
};

const REASONS: readonly [Reason, ...Reason[]] = [
	{ action: "update_fail", metadata: { reason: "notifyAppReady was not called in time" } },
	{ action: "set_fail", message: "The bundle's folder is missing", metadata: { free_space_mb: "84" } },
	{ action: "checksum_fail", metadata: { expected: "9f3a61c2", actual: "00000000" } },
	{ action: "download_manifest_file_fail", message: "404 Not Found", file: "assets/main-4f1c.js" },
	{ action: "app_crash", message: "TypeError: cart.items is undefined", metadata: { route: "/checkout" } },
];

const FAILURE_SHARES: ActionCounts = { update_fail: 0.6, set_fail: 0.22, checksum_fail: 0.18 };

/**
 * The documents that an app would have after a history of releases, made up but repeatable: they say what the counters
 * say in production, without the events behind them.
 *
 * @param now Milliseconds since the epoch: when the newest event came.
 */
export function* releaseHistory(size: HistorySize, now: number): Generator<Written> {
	const { appId } = size;
	const random = new Random("history");
	const releases = releasesOf(size, random);
	const newestEvent = new Date(now - 4_000);
	yield {
		path: appPath(appId),
		data: { app_id: appId, events: 0, first_event_at: new Date(0), last_event_at: newestEvent },
	};
	for (const [age, release] of releases.entries()) yield* versionHistory(size, release, age, now, random);
	for (let index = 0; index < size.devices; index += 1) yield device(appId, releases, now, random);
	yield* failuresOf(size, releases, now, random);
}

/** Newest first. The two newest are what a team looks at in the middle of a rollout: one that fails, one that doesn't. */
function releasesOf({ versions, days, newestAge }: HistorySize, random: Random): readonly Release[] {
	return Array.from({ length: versions }, (_, age) => {
		const number = versions - age;
		return {
			version: `4.${Math.floor(number / 10)}.${number % 10}`,
			releasedOn: Math.min(days - 1, Math.floor((age * days) / versions) + newestAge),
			failureRate: age === 0 ? 0.071 : age === 3 ? 0.028 : 0.002 + random.unit() * 0.008,
		};
	});
}

function* versionHistory(size: HistorySize, release: Release, age: number, now: number, random: Random) {
	const { appId, days, devices } = size;
	const { version, releasedOn } = release;
	const peak = (devices / 9) * (0.6 + random.unit() * 0.5) * (age === 0 ? 0.55 : 1);
	const totals: Record<string, number> = {};
	const devTotals: Record<string, number> = {};
	for (const [index, day] of lastDays(now, days).entries()) {
		const since = index - (days - 1 - releasedOn);
		if (since < 0) continue;
		const installs = Math.round(peak * DAILY_DECAY ** Math.max(0, since - 1) * (0.85 + random.unit() * 0.3));
		const actions = dayCounts(installs, release.failureRate, random);
		const devActions = { set: 2, download_complete: 2 };
		addUp(totals, actions);
		addUp(devTotals, devActions);
		yield {
			path: dayPath(appId, version, day),
			data: { app_id: appId, version_name: version, day, actions, dev_actions: devActions },
		};
	}
	yield {
		path: versionPath(appId, version),
		data: {
			app_id: appId,
			version_name: version,
			actions: totals,
			dev_actions: devTotals,
			first_event_at: new Date(now - releasedOn * DAY_MS),
			last_event_at: new Date(now - 4_000 - age * 190_000 - age ** 3 * 2_000),
		},
	};
}

function dayCounts(installs: number, failureRate: number, random: Random): ActionCounts {
	const failures = Math.round((installs * failureRate) / (1 - failureRate));
	const started = Math.round((installs + failures) * 1.06) + 2;
	const steps = FUNNEL_ACTIONS.map((action, index) => [action, Math.round(started - index * started * 0.005)] as const);
	const breaking = BREAKING_ACTIONS.map(
		(action) => [action, Math.round(failures * (FAILURE_SHARES[action] ?? 0))] as const,
	);
	return Object.fromEntries(
		[
			...steps,
			["set", installs + 2],
			...breaking,
			["download_fail", Math.round(started * 0.012)],
			["get", started],
			["app_moved_to_foreground", Math.round(installs * (1.6 + random.unit()))],
			["app_moved_to_background", Math.round(installs * (1.5 + random.unit()))],
			["app_crash", Math.round(installs * failureRate * 0.3)],
			["noNew", Math.round(installs * 0.8)],
			["reset", Math.round(failures * 0.05)],
		].filter(([, count]) => Number(count) > 0),
	);
}

function device(appId: string, releases: readonly Release[], now: number, random: Random): Written {
	const deviceId = random.uuid();
	const seenAt = now - Math.floor(random.unit() ** 3 * 60 * DAY_MS) - 4_000;
	return {
		path: devicePath(appId, deviceId),
		data: deviceState(appId, deviceId, pickRelease(releases, random), seenAt, random),
	};
}

function pickRelease(releases: readonly Release[], random: Random): string {
	const age = Math.min(releases.length - 1, Math.floor(random.unit() ** 3.2 * releases.length));
	return releases[age]?.version ?? "unknown";
}

function deviceState(appId: string, deviceId: string, version: string, seenAt: number, random: Random) {
	const platform = random.pickByShare(PLATFORMS);
	const isDev = random.chance(0.01);
	return {
		...reportedFields(appId, deviceId, platform),
		is_emulator: isDev,
		is_dev: isDev,
		defaultChannel: "production",
		version_name: version,
		last_action: "app_moved_to_background",
		first_seen_at: new Date(seenAt - 40 * DAY_MS),
		last_seen_at: new Date(seenAt),
		active_on: new Date(seenAt).toISOString().slice(0, 10),
	};
}

/** What a device tells of itself with every event. */
function reportedFields(appId: string, deviceId: string, { platform, version_os }: Platform) {
	return {
		app_id: appId,
		device_id: deviceId,
		platform,
		version_os,
		version_build: "4.0.0",
		version_code: "40000",
		plugin_version: "8.51.14",
		is_prod: true,
	};
}

function* failuresOf({ appId, failures }: HistorySize, releases: readonly Release[], now: number, random: Random) {
	const [newest, previous = newest] = releases;
	if (newest === undefined || previous === undefined) return;
	for (let index = 0; index < failures; index += 1) {
		const deviceId = random.uuid();
		const at = now - index * 260_000 - random.integer(3_000, 200_000);
		yield {
			path: devicePath(appId, deviceId),
			data: { ...deviceState(appId, deviceId, previous.version, at, random), custom_id: `customer-${index + 1}` },
		};
		yield* failedUpdate(appId, deviceId, { from: previous.version, to: newest.version }, at, index);
	}
}

/** What a device reports around a failed update, oldest first. */
function* failedUpdate(
	appId: string,
	deviceId: string,
	{ from, to }: { readonly from: string; readonly to: string },
	at: number,
	index: number,
): Generator<Written> {
	const platform = PLATFORMS[index % PLATFORMS.length] ?? PLATFORMS[0];
	const { action, ...told } = REASONS[index % REASONS.length] ?? REASONS[0];
	const fields = { ...reportedFields(appId, deviceId, platform), is_emulator: false };
	const steps = [
		{ action: "app_moved_to_foreground", version_name: from },
		{ action: "download_0", version_name: to },
		{ action: "download_50", version_name: to },
		{ action: "download_complete", version_name: to },
		{ action, version_name: to, failed_version_name: to, ...told },
		{ action: "app_moved_to_background", version_name: from },
	];
	for (const [position, step] of steps.entries()) {
		const occurredAt = new Date(at + (position - steps.length) * 7_000);
		yield {
			path: `${eventsPath(appId, deviceId)}/${deviceId}-${position}`,
			data: { ...fields, ...step, occurred_at: occurredAt, received_at: occurredAt, counted_at: occurredAt },
		};
	}
}

function addUp(totals: Record<string, number>, counts: ActionCounts): void {
	for (const [action, count] of Object.entries(counts)) totals[action] = (totals[action] ?? 0) + count;
}

/** Documents of one commit. */
const BATCH_SIZE = 400;

/** Writes documents in bulk, and tells how many were written so far. */
export async function writeAll(
	db: ReturnType<typeof openFirestore>,
	documents: Iterable<Written>,
	onProgress: (written: number) => void = () => {},
): Promise<void> {
	let written = 0;
	for (const group of groupsOf(documents, BATCH_SIZE)) {
		const batch = db.batch();
		for (const { path, data } of group) batch.set(db.doc(path), data);
		await batch.commit();
		written += group.length;
		onProgress(written);
	}
}

function* groupsOf<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
	let group: T[] = [];
	for (const item of items) {
		group.push(item);
		if (group.length < size) continue;
		yield group;
		group = [];
	}
	if (group.length > 0) yield group;
}
