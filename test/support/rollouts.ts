import { randomUUID } from "node:crypto";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { HOUR_MS, MINUTE_MS } from "../../functions/src/events/time.ts";

const MAX_EVENTS_PER_REQUEST = 500;

/** An event as a plugin sends it. */
export type SentEvent = Readonly<Record<string, unknown>> & { readonly device_id: string };

/** What devices of a made-up rollout come to. */
type Group = {
	readonly devices: number;
	/** How many of them fail. */
	readonly failing: number;
	/** What they tell of themselves, where it isn't the usual. */
	readonly told?: object;
	/** When each of them tries the release, by its place among them. Milliseconds since the epoch. */
	readonly at: (index: number) => number;
	/** Whether those that fail install it again an hour later. */
	readonly recovers?: boolean;
};

/** What the devices of some groups send of a version: each installs it, and the first of each group fail. */
export function rollout(appId: string, version: string, groups: readonly Group[]): readonly SentEvent[] {
	return groups.flatMap(({ devices, failing, told, at, recovers = false }) =>
		Array.from({ length: devices }, (_, index) => {
			const event = (action: string, timestamp: number, rest: object = {}) => ({
				app_id: appId,
				device_id: deviceId,
				platform: "android",
				version_os: "16",
				version_build: "4.0.0",
				version_code: "40000",
				plugin_version: "8.51.23",
				channel: "production",
				is_prod: true,
				is_emulator: false,
				...told,
				action,
				version_name: version,
				timestamp,
				...rest,
			});
			const deviceId = randomUUID();
			const triedAt = at(index);
			const install = event("set", triedAt, { old_version_name: "builtin" });
			if (index >= failing) return [install];
			const failure = event("update_fail", triedAt + 12_000, { metadata: { reason: "notifyAppReady was not called" } });
			return recovers ? [install, failure, event("set", triedAt + HOUR_MS)] : [install, failure];
		}).flat(),
	);
}

/** Of 415 devices it fails on 12 of the 15 with both Android 9 and one native build, and on 3 of the 400 others. */
export function narrowRollout(appId: string, version: string, now: number): readonly SentEvent[] {
	const at = (index: number) => now - 3 * HOUR_MS + index * 10_000;
	return rollout(appId, version, [
		{ devices: 15, failing: 12, told: { version_os: "9", version_build: "3.3.2" }, at },
		{ devices: 30, failing: 1, told: { version_os: "9" }, at },
		{ devices: 25, failing: 0, told: { version_build: "3.3.2" }, at },
		{ devices: 125, failing: 1, at },
		{ devices: 100, failing: 0, told: { version_os: "15" }, at },
		{ devices: 80, failing: 1, told: { platform: "ios", version_os: "26.1" }, at },
		{ devices: 40, failing: 0, told: { platform: "ios", version_os: "18.6", channel: "beta" }, at },
	]);
}

/** Yesterday it went well from 6:00 to 14:00 UTC, and from then on it failed on most devices. */
export function brokenAtTwo(appId: string, version: string, now: number): readonly SentEvent[] {
	const day = Date.parse(utcDay(now - 24 * HOUR_MS));
	return rollout(appId, version, [
		{ devices: 96, failing: 0, at: (index) => day + 6 * HOUR_MS + index * 5 * MINUTE_MS },
		{ devices: 60, failing: 48, at: (index) => day + 14 * HOUR_MS + index * 4 * MINUTE_MS + MINUTE_MS },
	]);
}

/** It fails on 20 of 100 devices, and each of them installs it on the second try. */
export function recoveredRollout(appId: string, version: string, now: number): readonly SentEvent[] {
	const at = (index: number) => now - 5 * HOUR_MS + index * 30_000;
	return rollout(appId, version, [{ devices: 100, failing: 20, at, recovers: true }]);
}

/** Events in as few arrays as the requests that take them. */
export function inRequests<T>(events: readonly T[]): readonly (readonly T[])[] {
	return Array.from({ length: Math.ceil(events.length / MAX_EVENTS_PER_REQUEST) }, (_, index) =>
		events.slice(index * MAX_EVENTS_PER_REQUEST, (index + 1) * MAX_EVENTS_PER_REQUEST),
	);
}
