import { type ActionKind, actionKind } from "../functions/src/events/actions.ts";
import type { ActionCounts, Counters, DayDocument } from "./documents.ts";

/**
 * What each figure means. The dashboard and the report both count with this module, so that they can't disagree;
 * `docs/metrics.md` tells the same for people.
 */

/** The action that stands for one successful installation. */
export const INSTALL_ACTION = "set";

/**
 * The failures that say a bundle is broken: it arrived but could not be verified, unpacked, installed or started.
 * A lost connection or a full disk says nothing of the bundle, so `download_fail` and its like are not among them.
 */
export const BREAKING_ACTIONS = ["set_fail", "update_fail", "decrypt_fail", "checksum_fail", "unzip_fail"] as const;

/**
 * The action that stands for a device leaving a version by itself. The plugin sends it when the app did not report that
 * it is ready, and then goes back to the last bundle that worked.
 *
 * Source: `@capgo/capacitor-updater`, `checkRevert` in `CapacitorUpdaterPlugin.java`.
 */
export const ROLLBACK_ACTION = "update_fail";

/** The actions that name the version to which a device went back. */
export const RETURN_ACTIONS = ["reset", "revert"] as const;

/**
 * Installations and failures together below which a failure rate is not shown. With 50 of them a single event moves the
 * rate by 2 points at most, and 50 without a failure put the true rate below 3/50 = 6 % (the "rule of three", 95 %
 * confidence: https://doi.org/10.1001/jama.1983.03330370053031).
 */
export const MIN_SAMPLE = 50;

/** A version is watched from this failure rate on. The two limits are this project's choice, not a standard. */
export const WATCH_RATE = 0.02;

/** A version is failing from this failure rate on. */
export const FAILING_RATE = 0.05;

/** A device is active when it was seen today or within so many days before. */
export const ACTIVE_DAYS = 30;

/** Days that the trend of a version shows, today included. */
export const TREND_DAYS = 14;

/** The steps of an update, in their order. Older plugins send fewer of them. */
export const FUNNEL_ACTIONS = [
	"download_10",
	"download_20",
	"download_30",
	"download_40",
	"download_50",
	"download_60",
	"download_70",
	"download_80",
	"download_90",
	"download_complete",
	INSTALL_ACTION,
] as const;

/** Whose events are counted: production devices only, or emulators and builds that are not for production too. */
export type Audience = "production" | "all";

/** What a failure rate says. `no data` is said below {@link MIN_SAMPLE}, never 0 %. */
export type Verdict = "healthy" | "watch" | "failing" | "no data";

/** How a release does. */
export type ReleaseHealth = {
	readonly installs: number;
	readonly failures: number;
	/** Installations and failures together: what the rate was measured on. */
	readonly sample: number;
	/** Between 0 and 1; null below {@link MIN_SAMPLE}. */
	readonly failureRate: number | null;
	readonly verdict: Verdict;
	/** Devices that left the version by themselves. */
	readonly rollbacks: number;
	/** Devices that came back to the version. */
	readonly returns: number;
};

/** The counts of one audience. Production is everything less what emulators and development builds sent. */
export function countsOf({ actions = {}, dev_actions = {} }: Counters, audience: Audience): ActionCounts {
	if (audience === "all") return actions;
	const counts = Object.entries(actions).map(
		([action, count]) => [action, Math.max(0, count - (dev_actions[action] ?? 0))] as const,
	);
	return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Adds counts up, action by action. */
export function sumCounts(all: readonly ActionCounts[]): ActionCounts {
	const sums = new Map<string, number>();
	for (const counts of all) {
		for (const [action, count] of Object.entries(counts)) sums.set(action, (sums.get(action) ?? 0) + count);
	}
	return Object.fromEntries(sums);
}

/** How a release does, by the counts of one audience. */
export function releaseHealth(counts: ActionCounts): ReleaseHealth {
	const installs = countOf(counts, [INSTALL_ACTION]);
	const failures = countOf(counts, BREAKING_ACTIONS);
	const sample = installs + failures;
	const failureRate = sample < MIN_SAMPLE ? null : failures / sample;
	return {
		installs,
		failures,
		sample,
		failureRate,
		verdict: verdictOf(failureRate),
		rollbacks: countOf(counts, [ROLLBACK_ACTION]),
		returns: countOf(counts, RETURN_ACTIONS),
	};
}

function verdictOf(failureRate: number | null): Verdict {
	if (failureRate === null) return "no data";
	if (failureRate >= FAILING_RATE) return "failing";
	return failureRate >= WATCH_RATE ? "watch" : "healthy";
}

/** One day of a trend, by UTC. */
export type TrendDay = { readonly day: string; readonly counts: ActionCounts };

/** The counts of each of the days named, in their order. A day without events has none. */
export function trendOf(days: readonly string[], documents: readonly DayDocument[], audience: Audience): TrendDay[] {
	const byDay = new Map(documents.map((document) => [document.day, document]));
	return days.map((day) => ({ day, counts: countsOf(byDay.get(day) ?? {}, audience) }));
}

/** The counts of each kind of action, without the kinds that have none. */
export function countsByKind(counts: ActionCounts): Partial<Record<ActionKind, number>> {
	const kinds: Partial<Record<ActionKind, number>> = {};
	for (const [action, count] of Object.entries(counts)) {
		const kind = actionKind(action);
		kinds[kind] = (kinds[kind] ?? 0) + count;
	}
	return kinds;
}

/** A step of the way from a started download to a running bundle. `share` is of the first step; null when it has none. */
export type FunnelStep = { readonly action: string; readonly count: number; readonly share: number | null };

/** How many downloads reached each step. */
export function downloadFunnel(counts: ActionCounts): FunnelStep[] {
	const started = counts[FUNNEL_ACTIONS[0]] ?? 0;
	return FUNNEL_ACTIONS.map((action) => {
		const count = counts[action] ?? 0;
		return { action, count, share: started === 0 ? null : count / started };
	});
}

/** One kind of trouble, how often it was reported, and since which of the days. */
export type FailureCount = {
	readonly action: string;
	readonly count: number;
	readonly firstDay: string | null;
	/** Whether it counts against the release in its failure rate. */
	readonly isBreaking: boolean;
};

/** The failures and health reports of some days, the most frequent first. */
export function failureCounts(trend: readonly TrendDay[]): FailureCount[] {
	return Object.entries(sumCounts(trend.map(({ counts }) => counts)))
		.filter(([action]) => isTrouble(actionKind(action)))
		.map(([action, count]) => ({
			action,
			count,
			firstDay: trend.find(({ counts }) => (counts[action] ?? 0) > 0)?.day ?? null,
			isBreaking: BREAKING_ACTIONS.some((breaking) => breaking === action),
		}))
		.sort((a, b) => b.count - a.count || a.action.localeCompare(b.action));
}

function isTrouble(kind: ActionKind): boolean {
	return kind === "failure" || kind === "health";
}

function countOf(counts: ActionCounts, actions: readonly string[]): number {
	return actions.reduce((sum, action) => sum + (counts[action] ?? 0), 0);
}
