import { DAY_MS } from "../events/time.ts";
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
	/** The newest sign that the bundle is on its way, by the device's clock. */
	readonly openedAt?: number | undefined;
	/** The newest such sign without a time of its own, by its arrival: the device's clock may be another one. */
	readonly openedUntimedAt?: number | undefined;
	/** When the newest event arrived that says how a download ended. */
	readonly endArrivedAt?: number | undefined;
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

/** A crash counts for a release within this time after the device began to run it; later ones say less and less of it. */
export const CRASH_WINDOW_MS = DAY_MS;

/** A download that neither ended nor was heard of for this long is no longer on its way. */
const OPEN_MS = DAY_MS;

/** A download of one minute tells of itself some ten times; only a sign that is so much newer is worth a write. */
const OPENED_STEP_MS = 10 * 60 * 1_000;

/** A bundle is verified and unpacked within this time after its download, in milliseconds. */
const JUST_ARRIVED_MS = 10 * 60 * 1_000;

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
		openedAt: mergeOpened(facts.openedAt, added.openedAt, isClosed(facts, added.openedAt ?? 0)),
		openedUntimedAt: mergeOpened(facts.openedUntimedAt, added.openedUntimedAt, isUntimedClosed(facts)),
		endArrivedAt: newest(facts.endArrivedAt, added.endArrivedAt),
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
		a.openedUntimedAt === b.openedUntimedAt &&
		a.endArrivedAt === b.endArrivedAt &&
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
			return facts.downloadFailedAt !== undefined;
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

/** A moment by the device's clock, where an event has a time of its own, and by its arrival. */
export type Moments = { readonly at: number; readonly receivedAt: number };

/** Whether the release is on its way to the device at a moment: heard of within a day, and not ended since. */
export function isOpen(facts: ReleaseFacts, { at, receivedAt }: Moments): boolean {
	const { openedAt, openedUntimedAt } = facts;
	const isTimedOpen = openedAt !== undefined && isRecent(openedAt, at) && !isClosed(facts, at);
	return (
		isTimedOpen || (openedUntimedAt !== undefined && isRecent(openedUntimedAt, receivedAt) && !isUntimedClosed(facts))
	);
}

/**
 * Whether by a moment the release arrived, was installed or failed since it was last heard of as being on its way. What is
 * told of a device after that, without a new sign of it, is not about it.
 */
export function isClosed(facts: Partial<ReleaseFacts> | undefined, at: number): boolean {
	const { openedAt = 0, downloadedAt, installedAt, failedAt, downloadFailedAt } = facts ?? {};
	const ends = [downloadedAt, installedAt, failedAt, downloadFailedAt];
	return ends.some((end) => end !== undefined && end >= openedAt && end <= at);
}

/** Whether the release arrived within the last minutes before a moment, and was not installed and did not fail since. */
export function hasJustArrived(
	{ downloadedAt, installedAt = 0, failedAt = 0 }: ReleaseFacts,
	{ at }: Moments,
): boolean {
	if (downloadedAt === undefined || installedAt >= downloadedAt || failedAt >= downloadedAt) return false;
	return downloadedAt <= at && at - downloadedAt <= JUST_ARRIVED_MS;
}

function isUntimedClosed({ openedUntimedAt = 0, endArrivedAt = -1 }: ReleaseFacts): boolean {
	return endArrivedAt >= openedUntimedAt;
}

function isRecent(openedAt: number, at: number): boolean {
	return openedAt <= at + CLOCK_TOLERANCE_MS && openedAt >= at - OPEN_MS;
}

/** Only a sign that is much newer is worth a write, or one that the release is on its way once more. */
function mergeOpened(known: number | undefined, added: number | undefined, isAgain: boolean): number | undefined {
	if (known === undefined || added === undefined) return known ?? added;
	return isAgain || added >= known + OPENED_STEP_MS ? Math.max(known, added) : known;
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
