import { type Cohort, cohortsOf, type DayCounts, sumOf, sumOfFlag } from "./cohorts.ts";
import { comparisonRate, onsetBeyondLimit, onsetOfWorse } from "./evidence.ts";
import type { Limits, RateName } from "./limits.ts";
import { type Proportion, proportion } from "./proportion.ts";

/**
 * How a release does: `failing` is above a limit, `worse` fails more often than the release before; both beyond chance.
 * `healthy` is below its limits with 95 % confidence.
 */
export type Verdict = "failing" | "worse" | "healthy" | "too early" | "no data";

/** A rate of a release, and its verdict by itself. */
export type Rate = Proportion & {
	readonly verdict: Verdict;
	/** The UTC day with whose devices the failures began; null unless the verdict is `failing` or `worse`. */
	readonly since: string | null;
};

/** The rates in which a release is compared with the one before. Downloads tell of networks as much as of releases. */
export const COMPARED_RATES = ["updates", "crashes"] as const satisfies readonly RateName[];

export type ComparedRate = (typeof COMPARED_RATES)[number];

/** A rate with what it was found by. */
export type JudgedRate = {
	readonly name: RateName;
	readonly rate: Rate;
	/** What there is to tell: the devices of the day since when it is bad and of later ones; else all. */
	readonly told: Proportion;
	/** That day, where it isn't the first one. */
	readonly laterDay: string | null;
};

/** What a rate is judged by. */
export type RateInput = {
	readonly days: readonly DayCounts[];
	/** The days of the release before, until this one appeared; null when there is none. */
	readonly before: readonly DayCounts[] | null;
	readonly limits: Limits;
	/** Milliseconds since the epoch. */
	readonly now: number;
};

/** Judges one rate of a release. */
export function judgeRate(name: RateName, { days, before, limits, now }: RateInput): JudgedRate {
	const cohorts = cohortsOf(days, name, now);
	const limit = limits[name];
	if (cohorts.length === 0) return notBad(name, cohorts, "no data");
	const beyondLimit = onsetBeyondLimit(cohorts, limit);
	if (beyondLimit !== null) return bad(name, cohorts, "failing", beyondLimit);
	const cohortsBefore = before && isCompared(name) ? cohortsOf(before, name, now) : [];
	const worse = onsetOfWorse(cohorts, comparisonRate(cohortsBefore, cohorts));
	if (worse !== null) return bad(name, cohorts, "worse", worse);
	return notBad(name, cohorts, certainlyAtMost(name, cohorts, days) < limit ? "healthy" : "too early");
}

/** Whether a release is compared with the one before in this rate. */
export function isCompared(name: RateName): name is ComparedRate {
	return COMPARED_RATES.some((compared) => compared === name);
}

/** All the devices of some cohorts, with how many failed. */
export function proportionOf(cohorts: readonly Cohort[]): Proportion {
	const { failures, devices } = sumOf(cohorts);
	return proportion(failures, devices);
}

function bad(name: RateName, cohorts: readonly Cohort[], verdict: Verdict, onset: number): JudgedRate {
	const since = cohorts[onset]?.day ?? null;
	return {
		name,
		rate: { ...proportionOf(cohorts), verdict, since },
		told: proportionOf(cohorts.slice(onset)),
		laterDay: onset === 0 ? null : since,
	};
}

function notBad(name: RateName, cohorts: readonly Cohort[], verdict: Verdict): JudgedRate {
	const measured = proportionOf(cohorts);
	return { name, rate: { ...measured, verdict, since: null }, told: measured, laterDay: null };
}

/** The upper end of a rate. An update that has not arrived can't have failed yet: only those that have are good news. */
function certainlyAtMost(name: RateName, cohorts: readonly Cohort[], days: readonly DayCounts[]): number {
	const { failures, devices } = sumOf(cohorts);
	if (name !== "updates") return proportion(failures, devices).high;
	return proportion(failures, Math.max(failures, sumOfFlag(days, "downloaded"))).high;
}
