import type { Event } from "./schema.ts";

/**
 * Whether an event says nothing, though it is valid: plugins below 7.17.0 (of the 6.x line: below 6.14.25) send
 * `download_fail` also when there was simply no update, and nothing in the event tells the two apart.
 *
 * `@capgo/electron-updater` counts its versions from 0.0.1 and sends it for real failures only. Its version tells it, not
 * its platform: some releases call themselves `android`.
 *
 * Source: the wire contract of `@capgo/capacitor-updater`; its vendor's backend discards the same events.
 */
export function isPluginNoise(event: Pick<Event, "action" | "plugin_version">): boolean {
	if (event.action !== "download_fail") return false;
	const version = /^(\d+)\.(\d+)\.(\d+)/.exec(event.plugin_version);
	if (!version) return false;
	const [major = 0, minor = 0, patch = 0] = version.slice(1).map(Number);
	if (major === 0) return false;
	const fixed: readonly [number, number, number] = major === 6 ? [6, 14, 25] : [7, 17, 0];
	return isBelow([major, minor, patch], fixed);
}

type Version = readonly [major: number, minor: number, patch: number];

function isBelow(version: Version, other: Version): boolean {
	const difference = version.map((part, index) => part - (other[index] ?? 0)).find((part) => part !== 0);
	return difference !== undefined && difference < 0;
}
