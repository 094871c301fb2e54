import { FLAGS, type Flag } from "./flags.ts";

/**
 * What is known of a device and one release. Times are milliseconds since the epoch.
 *
 * Each field only moves one way (a newest time grows, an earliest one shrinks, a set of times gains members), so facts
 * merged in whatever order and however often are the same facts. The flags are computed from them: that is what makes
 * counts of devices independent of the order in which events are delivered.
 */
export type ReleaseFacts = {
	/** The UTC day on which the device first tried the release. What it does with it later counts on this day too. */
	readonly triedOn: string;
	/** Whether a development build or an emulator tried it first. */
	readonly isDev: boolean;
	/** The newest sign that the bundle is on its way. */
	readonly openedAt?: number | undefined;
	/** When it was last complete. */
	readonly downloadedAt?: number | undefined;
	/** When a download of it last failed. */
	readonly downloadFailedAt?: number | undefined;
	/** Its newest install. */
	readonly installedAt?: number | undefined;
	/** Its newest failure. */
	readonly failedAt?: number | undefined;
	/** The earliest sign that the device runs it: an install, or an event that names it as what runs. */
	readonly beganAt?: number | undefined;
	/** Whether an event named it as what runs. */
	readonly hasRun?: boolean | undefined;
	/** When the app crashed: the times that may lie within {@link CRASH_WINDOW_MS} of `beganAt`, oldest first. */
	readonly crashedAt?: readonly number[] | undefined;
};

/** What an event adds to the facts. */
export type NewFacts = Omit<ReleaseFacts, "triedOn" | "isDev">;

const HOUR_MS = 60 * 60 * 1_000;

/** A crash counts for a release within this time after the device began to run it; later ones say less and less of it. */
export const CRASH_WINDOW_MS = 24 * HOUR_MS;

/** A download that neither ended nor was heard of for this long is no longer on its way. */
const OPEN_MS = 24 * HOUR_MS;

/** A download of one minute tells of itself some ten times; only a sign that is so much newer is worth a write. */
const OPENED_STEP_MS = 10 * 60 * 1_000;

/** A bundle is verified and unpacked within this time after its download, in milliseconds. */
const JUST_ARRIVED_MS = 10 * 60 * 1_000;

/**
 * Android's plugin tells a bundle that it can't verify or unpack again and again: as what it is, and at once as a failed
 * download and as one that could not be finished.
 * Source: `finishDownload` in `CapgoUpdater.java` of `@capgo/capacitor-updater` 8.51.23.
 */
const TOLD_TWICE_MS = 60 * 1_000;

/** Android reports up to 8 earlier exits at a start: `getHistoricalProcessExitReasons` in `CapacitorUpdaterPlugin.java`. */
const MAX_CRASHES = 16;

/** Clocks of the device and the server differ, and a request takes its time: an event may look this much too early. */
const CLOCK_TOLERANCE_MS = 60 * 1_000;

/** The facts with what an event adds. */
export function mergeFacts(facts: ReleaseFacts, added: NewFacts): ReleaseFacts {
	const beganAt = earliest(facts.beganAt, added.beganAt);
	return {
		triedOn: facts.triedOn,
		isDev: facts.isDev,
		openedAt: mergeOpened(facts, added.openedAt),
		downloadedAt: newest(facts.downloadedAt, added.downloadedAt),
		downloadFailedAt: newest(facts.downloadFailedAt, added.downloadFailedAt),
		installedAt: newest(facts.installedAt, added.installedAt),
		failedAt: newest(facts.failedAt, added.failedAt),
		beganAt,
		hasRun: facts.hasRun || added.hasRun,
		crashedAt: mergeCrashes(facts.crashedAt, added.crashedAt, beganAt),
	};
}

/** Whether two facts about a release say the same. */
export function isSameFacts(a: ReleaseFacts, b: ReleaseFacts): boolean {
	return (
		a.openedAt === b.openedAt &&
		a.downloadedAt === b.downloadedAt &&
		a.downloadFailedAt === b.downloadFailedAt &&
		a.installedAt === b.installedAt &&
		a.failedAt === b.failedAt &&
		a.beganAt === b.beganAt &&
		a.hasRun === b.hasRun &&
		String(a.crashedAt) === String(b.crashedAt)
	);
}

/** Which flags the facts give the device. */
export function flagsOf(facts: ReleaseFacts): ReadonlySet<Flag> {
	return new Set(FLAGS.filter((flag) => hasFlag(facts, flag)));
}

function hasFlag(facts: ReleaseFacts, flag: Flag): boolean {
	const { installedAt, failedAt, beganAt = Number.POSITIVE_INFINITY, crashedAt = [] } = facts;
	switch (flag) {
		case "tried":
			return true;
		case "downloaded":
			return facts.hasRun === true || [facts.downloadedAt, installedAt, failedAt].some((time) => time !== undefined);
		case "download_failed":
			return facts.downloadFailedAt !== undefined && !isToldTwice(facts.downloadFailedAt, failedAt);
		case "installed":
			return installedAt !== undefined;
		case "ran":
			return facts.hasRun === true;
		case "failed":
			return failedAt !== undefined;
		case "recovered":
			return installedAt !== undefined && failedAt !== undefined && installedAt > failedAt;
		case "crashed":
			return crashedAt.some((time) => time >= beganAt && time <= beganAt + CRASH_WINDOW_MS);
		case "well":
			return installedAt !== undefined && installedAt > (failedAt ?? 0) && !hasFlag(facts, "crashed");
	}
}

function isToldTwice(downloadFailedAt: number, failedAt: number | undefined): boolean {
	return failedAt !== undefined && Math.abs(downloadFailedAt - failedAt) <= TOLD_TWICE_MS;
}

/** Whether the release is on its way to the device at a moment: heard of within a day, and neither complete nor installed since. */
export function isOpen(facts: ReleaseFacts, at: number): boolean {
	const { openedAt } = facts;
	if (openedAt === undefined || isClosed(facts, at)) return false;
	return openedAt <= at + CLOCK_TOLERANCE_MS && openedAt >= at - OPEN_MS;
}

/** Whether by a moment the release was complete or installed since it was last heard of as being on its way. */
export function isClosed(facts: Partial<ReleaseFacts> | undefined, at: number): boolean {
	const { openedAt = 0, downloadedAt = 0, installedAt = 0 } = facts ?? {};
	return [downloadedAt, installedAt].some((closedAt) => closedAt > 0 && closedAt >= openedAt && closedAt <= at);
}

/** Whether the release arrived within the last minutes before a moment, and was not installed since. */
export function hasJustArrived({ downloadedAt, installedAt = 0 }: ReleaseFacts, at: number): boolean {
	if (downloadedAt === undefined || installedAt >= downloadedAt) return false;
	return downloadedAt <= at && at - downloadedAt <= JUST_ARRIVED_MS;
}

function mergeOpened(facts: ReleaseFacts, added: number | undefined): number | undefined {
	const { openedAt } = facts;
	if (openedAt === undefined || added === undefined) return openedAt ?? added;
	const isWorthIt = added >= openedAt + OPENED_STEP_MS || isClosed(facts, added);
	return isWorthIt ? newest(openedAt, added) : openedAt;
}

/** The bundle began to run at `beganAt` or earlier, so a crash long after that can't count any more. */
function mergeCrashes(
	known: readonly number[] = [],
	added: readonly number[] = [],
	beganAt: number | undefined,
): readonly number[] | undefined {
	const last = beganAt === undefined ? Number.POSITIVE_INFINITY : beganAt + CRASH_WINDOW_MS;
	const times = new Set([...known, ...added].filter((time) => time <= last));
	return times.size === 0 ? undefined : [...times].sort((a, b) => a - b).slice(0, MAX_CRASHES);
}

function newest(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function earliest(a: number | undefined, b: number | undefined): number | undefined {
	return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}
