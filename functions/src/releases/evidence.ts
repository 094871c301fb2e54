import { type Cohort, sumOf } from "./cohorts.ts";
import { proportion } from "./proportion.ts";

/**
 * Whether devices fail more often than they may, beyond chance, however often one looks. `docs/verdicts.md` tells the
 * method and its sources.
 *
 * While every device's chance of failing, given those before it, is at most the null rate, the evidence E is a
 * supermartingale that starts at 1 at the most, so the chance that it ever reaches the threshold is at most 1/threshold
 * (Ville's inequality). Everything is computed as ln E.
 */

const THRESHOLD = 40;

const LN_THRESHOLD = Math.log(THRESHOLD);

/** Fewer different devices than these are never enough, however unlikely their failures are. */
export const LEAST_FAILED_DEVICES = 3;

/** Natural logarithms of the odds ratios that evidence against a limit is averaged over: e^0.2 … e^4.8. */
const LIMIT_LN_ODDS: readonly number[] = Array.from({ length: 24 }, (_, index) => 0.2 * (index + 1));

/** The same for evidence of a release that is worse than the one before. */
const COMPARISON_LN_ODDS: readonly number[] = [0.4, 0.8, 1.2, 1.8, 2.6, 3.6];

/** The part of the evidence that speaks for a release that was bad from its first day on. */
const FIRST_DAY_WEIGHT = 0.8;

/** e to this is below a double's precision beside 1. */
const NEGLIGIBLE = -40;

/** Evidence that too many devices fail. */
export type Evidence = {
	/** ln E; -Infinity of no devices. */
	readonly lnE: number;
	/** The index of the cohort with which it most likely began. */
	readonly onset: number;
};

/**
 * The onset of failures beyond a limit: the index of the cohort with which they most likely began; null when what is
 * seen may be chance. Called wrongly for at most 1 in 40 releases that stay within the limit, in their whole life.
 *
 * @param cohorts Oldest first, each with at least one device.
 */
export function onsetBeyondLimit(cohorts: readonly Cohort[], limit: number): number | null {
	return calledOnset(cohorts, evidenceAgainst(cohorts, limit, LIMIT_LN_ODDS));
}

/**
 * The onset of failures beyond those of the release before. Called wrongly for at most 1 in 20 releases: the threshold
 * errs in 1 of 40, and so does the bound.
 *
 * @param nullRate What {@link comparisonRate} says of the release before.
 */
export function onsetOfWorse(cohorts: readonly Cohort[], nullRate: number): number | null {
	return calledOnset(cohorts, evidenceAgainst(cohorts, nullRate, COMPARISON_LN_ODDS));
}

/**
 * The rate that a release must exceed to be worse than the one before: the upper end of that one's interval or, where it
 * is higher, that one's rate when it was as old, which is what its early devices are to be compared with. E falls as this
 * rate rises, so that the second can only make the verdict rarer, not wrong.
 *
 * @param before The cohorts of the release before, of days before this one appeared.
 * @param cohorts Those of this one.
 */
export function comparisonRate(before: readonly Cohort[], cohorts: readonly Cohort[]): number {
	const all = sumOf(before);
	const early = sumOf(atEqualAge(before, cohorts));
	return Math.max(proportion(all.failures, all.devices).high, early.devices === 0 ? 0 : early.failures / early.devices);
}

/** The first cohorts of the release before: as many as this release has, and more until they hold as many devices. */
function atEqualAge(before: readonly Cohort[], cohorts: readonly Cohort[]): readonly Cohort[] {
	const { devices: wanted } = sumOf(cohorts);
	let length = 0;
	let devices = 0;
	for (const cohort of before) {
		if (length >= cohorts.length && devices >= wanted) break;
		length += 1;
		devices += cohort.devices;
	}
	return before.slice(0, length);
}

/**
 * The evidence that devices fail more often than the null rate: a mean over odds ratios, and over the cohort with which
 * it may have begun, of the likelihood against that of the null rate.
 *
 * With o the odds ratio and p the null rate, o·p/(1 − p + o·p) is the other rate, and the ratio of the likelihoods of f
 * failures among n devices is o^f / (1 + (o − 1)·p)^n.
 */
export function evidenceAgainst(cohorts: readonly Cohort[], nullRate: number, lnOdds: readonly number[]): Evidence {
	const perDevice = lnOdds.map((ln) => Math.log1p(Math.expm1(ln) * nullRate));
	const logs: number[] = lnOdds.map(() => 0);
	const terms: number[] = cohorts.map(() => 0);
	let failures = 0;
	let devices = 0;
	let onset = 0;
	let highest = Number.NEGATIVE_INFINITY;
	for (let index = cohorts.length - 1; index >= 0; index -= 1) {
		failures += cohorts[index]?.failures ?? 0;
		devices += cohorts[index]?.devices ?? 0;
		for (let odds = 0; odds < logs.length; odds += 1) {
			logs[odds] = failures * (lnOdds[odds] ?? 0) - devices * (perDevice[odds] ?? 0);
		}
		const term = lnOnsetWeight(index) + lnSumOfExp(logs) - Math.log(logs.length);
		terms[index] = term;
		if (term >= highest) {
			highest = term;
			onset = index;
		}
	}
	return { lnE: lnSumOfExp(terms), onset };
}

/** The weights add up to 1: 0.8, then 0.2/(k(k − 1)) for the k-th cohort. */
function lnOnsetWeight(index: number): number {
	return index === 0 ? Math.log(FIRST_DAY_WEIGHT) : Math.log((1 - FIRST_DAY_WEIGHT) / (index * (index + 1)));
}

function calledOnset(cohorts: readonly Cohort[], { lnE, onset }: Evidence): number | null {
	if (lnE < LN_THRESHOLD) return null;
	return sumOf(cohorts.slice(onset)).failures >= LEAST_FAILED_DEVICES ? onset : null;
}

/** ln Σ e^x, which neither overflows nor loses what counts; -Infinity of nothing. */
function lnSumOfExp(logs: readonly number[]): number {
	let highest = Number.NEGATIVE_INFINITY;
	for (const log of logs) if (log > highest) highest = log;
	if (highest === Number.NEGATIVE_INFINITY) return highest;
	let sum = 0;
	for (const log of logs) if (log - highest > NEGLIGIBLE) sum += Math.exp(log - highest);
	return highest + Math.log(sum);
}
