import { OTHER_VERSION, UNKNOWN_VERSION } from "../events/bundleVersion.ts";
import { utcDay } from "../events/eventTime.ts";

/** The bundle that came with the app from its store, as the plugin names it. */
export const BUILTIN_VERSION = "builtin";

/** What is known of one of an app's versions. */
export type KnownVersion = {
	readonly version: string;
	/** When a device first installed it; null when none did. Milliseconds since the epoch. */
	readonly firstInstalledAt: number | null;
	/** When its first event happened; null when it has none. */
	readonly firstEventAt: number | null;
	/** How many production devices tried it. */
	readonly devices: number;
	/** Whether somebody hid it from the lists. */
	readonly isHidden: boolean;
	/** Whether it was judged to be failing. */
	readonly isFailing: boolean;
};

/** A release with a tenth of the devices of the largest one before it, or with this many, is one to compare with. */
const ENOUGH_SHARE = 0.1;
const ENOUGH_DEVICES = 200;

/**
 * Whether a version is a release, which can be judged: neither what came with the app, nor an update that isn't named, nor
 * several counted as one.
 */
export function isRelease(version: string): boolean {
	return version !== UNKNOWN_VERSION && version !== BUILTIN_VERSION && version !== OTHER_VERSION;
}

/** When a version appeared: when it first was installed; where none was, its first event. Null before that. */
export function appearedAt({ firstInstalledAt, firstEventAt }: KnownVersion): number | null {
	return firstInstalledAt ?? firstEventAt;
}

/**
 * The release that a release is compared with, or null.
 *
 * Of the releases that are not hidden and appeared on an earlier UTC day it is the newest one that was more than a trial
 * (a tenth of the devices of the largest of them, or 200) and isn't failing; the newest of those when all are failing.
 * Names don't matter, nor what devices do later: a rollback to an old version leaves that one where it first appeared, a
 * hotfix for a few devices or one of the same day is passed over, and so is a release that was withdrawn because it failed.
 * Only an app that has nothing older is compared with what appeared on the same day.
 */
export function releaseBefore(version: string, versions: readonly KnownVersion[]): KnownVersion | null {
	const release = versions.find((known) => known.version === version);
	const at = release && appearedAt(release);
	if (at === undefined || at === null || !isRelease(version)) return null;
	const others = versions
		.flatMap((known) => {
			const appeared = appearedAt(known);
			const counts = isRelease(known.version) && !known.isHidden && known.devices > 0;
			return counts && appeared !== null && appeared < at ? [{ known, appeared }] : [];
		})
		.toSorted((a, b) => b.appeared - a.appeared);
	const ofEarlierDays = others.filter(({ appeared }) => utcDay(appeared) < utcDay(at));
	const earlier = ofEarlierDays.length > 0 ? ofEarlierDays : others;
	const largest = Math.max(0, ...earlier.map(({ known }) => known.devices));
	const enough = Math.min(ENOUGH_DEVICES, largest * ENOUGH_SHARE);
	const candidates = earlier.map(({ known }) => known).filter(({ devices }) => devices >= enough);
	return candidates.find(({ isFailing }) => !isFailing) ?? candidates[0] ?? null;
}
