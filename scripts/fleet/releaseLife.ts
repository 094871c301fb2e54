import { DAY_MS, MINUTE_MS } from "../../functions/src/events/time.ts";
import type { Random } from "./random.ts";

/** A release of a made-up history. Times are milliseconds since the epoch. */
export type Release = {
	readonly version: string;
	readonly releasedAt: number;
	/** The part of the devices that try it on which it fails. */
	readonly failureRate: number;
	/** The devices on which it fails otherwise. */
	readonly weakness?:
		| { readonly version_os: string; readonly version_build: string; readonly failureRate: number }
		| undefined;
	/** The part of the devices that run it on which the app crashes. */
	readonly crashRate: number;
};

/** What a device sends, and when it arrives. */
export type LivedEvent = { readonly id: string; readonly body: Body; readonly receivedAt: number };

type Body = Readonly<Record<string, unknown>> & { readonly device_id: string };

const PLATFORMS = [
	{ platform: "android", version_os: "16", share: 40 },
	{ platform: "android", version_os: "15", share: 12 },
	{ platform: "android", version_os: "13", share: 8 },
	{ platform: "ios", version_os: "26.1", share: 30 },
	{ platform: "ios", version_os: "18.6", share: 10 },
] as const;

const NATIVE_BUILDS = [
	{ version_build: "4.0.0", version_code: "40000", share: 9 },
	{ version_build: "3.9.0", version_code: "39000", share: 1 },
] as const;

const CHANNELS = [
	{ channel: "production", share: 19 },
	{ channel: "beta", share: 1 },
] as const;

/** How an update fails, and what the device says of it. */
const REASONS = [
	{ share: 6, action: "update_fail", metadata: { reason: "notifyAppReady was not called in time" } },
	{ share: 2, action: "set_fail", message: "The bundle's folder is missing", metadata: { free_space_mb: "84" } },
	{ share: 2, action: "decrypt_fail", metadata: { reason: "the session key does not fit" } },
] as const;

/** Devices update within some days of a release: each waits this long on average. */
const MEAN_DELAY_MS = 1.6 * DAY_MS;

/** Releases that one device tries at the most. */
const MAX_TRIED = 3;

/** Devices were last seen up to so many days ago, most of them lately. */
const QUIET_DAYS = 60;

/**
 * Makes up the life of a device: the releases that it tried until it was last seen, and how each went.
 *
 * @param releases Newest first.
 */
export function liveThrough(
	releases: readonly Release[],
	{ appId, now }: { readonly appId: string; readonly now: number },
	random: Random,
): { readonly events: readonly LivedEvent[]; readonly hasFailed: boolean } {
	const seenAt = now - Math.floor(random.unit() ** 3 * QUIET_DAYS * DAY_MS) - 4_000;
	const isDev = random.chance(0.01);
	const { share: _, ...platform } = random.pickByShare(PLATFORMS);
	const { share: __, ...build } = random.pickByShare(NATIVE_BUILDS);
	const { channel } = random.pickByShare(CHANNELS);
	const said = {
		app_id: appId,
		device_id: random.uuid(),
		...platform,
		...build,
		channel,
		plugin_version: random.chance(0.9) ? "8.51.23" : "7.51.21",
		defaultChannel: "production",
		is_prod: true,
		is_emulator: isDev,
	};
	const events: LivedEvent[] = [];
	const report = (action: string, version_name: string, at: number, rest: object = {}) => {
		const timestamp = Math.min(Math.round(at), seenAt);
		events.push({
			id: `e${events.length}`,
			body: { ...said, action, version_name, timestamp, ...rest },
			receivedAt: timestamp,
		});
	};

	let running = "builtin";
	let hasFailed = false;
	for (const release of triedReleases(releases, seenAt, random)) {
		const at = release.triedAt;
		if (running === "builtin") report("app_moved_to_foreground", running, at - 2 * MINUTE_MS);
		report("download_10", release.version, at);
		report("download_complete", release.version, at + MINUTE_MS);
		if (random.chance(failureRateOn(release, said))) {
			hasFailed ||= release.version === releases[0]?.version;
			const { share: ___, action, ...details } = random.pickByShare(REASONS);
			if (action === "update_fail") report("set", release.version, at + 2 * MINUTE_MS, { old_version_name: running });
			report(action, release.version, at + 3 * MINUTE_MS, details);
			if (action === "update_fail") report("set", running, at + 3 * MINUTE_MS + 5);
			continue;
		}
		report("set", release.version, at + 2 * MINUTE_MS, { old_version_name: running });
		running = release.version;
		report("app_launch_ready", running, at + 3 * MINUTE_MS);
		if (random.chance(release.crashRate)) {
			report("app_crash", running, at + 40 * MINUTE_MS, { message: "TypeError: cart.items is undefined" });
		}
	}
	report("app_moved_to_background", running, seenAt);
	return { events, hasFailed };
}

type TriedRelease = Release & { readonly triedAt: number };

/** The releases that a device tried, oldest first, with the moment. */
function triedReleases(releases: readonly Release[], seenAt: number, random: Random): readonly TriedRelease[] {
	const tried: TriedRelease[] = [];
	const most = random.integer(1, MAX_TRIED);
	for (const release of releases) {
		const triedAt = release.releasedAt - MEAN_DELAY_MS * Math.log(1 - random.unit());
		if (triedAt < seenAt - 5 * MINUTE_MS) tried.push({ ...release, triedAt });
		if (tried.length === most) break;
	}
	return tried.toSorted((a, b) => a.triedAt - b.triedAt);
}

function failureRateOn(
	{ failureRate, weakness }: Release,
	device: { readonly version_os: string; readonly version_build: string },
): number {
	const isWeak = weakness?.version_os === device.version_os && weakness.version_build === device.version_build;
	return isWeak ? weakness.failureRate : failureRate;
}
