import { cohortsOf, type DayCounts, sumOfFlag } from "./cohorts.ts";
import { LEAST_FAILED_DEVICES } from "./evidence.ts";
import {
	type ComparedRate,
	isCompared,
	type JudgedRate,
	judgeRate,
	proportionOf,
	type Rate,
	type Verdict,
} from "./judgeRate.ts";
import type { Limits, RateName } from "./limits.ts";
import type { Proportion } from "./proportion.ts";
import { beforeSentence, findingSentence, percent } from "./sentence.ts";

/** What goes wrong: the update on the device, its download, or the app that it brought. */
export type Family = "updates" | "downloads" | "crashes";

export type Rates = Readonly<Record<RateName, Rate>>;

/** The release before, as it stood on the day before this one appeared. */
export type ReleaseBefore = {
	readonly version: string;
	readonly rates: Readonly<Record<ComparedRate, Proportion>>;
};

/** What is said of a release. */
export type Judgement = {
	readonly verdict: Verdict;
	/** What is bad; null unless the verdict is `failing` or `worse`. */
	readonly family: Family | null;
	/** The UTC day with whose devices it began; null unless the verdict is `failing` or `worse`. */
	readonly since: string | null;
	/** The verdict with its figures, for people. The name of the release before stands in it as devices sent it. */
	readonly sentence: string;
	readonly rates: Rates;
	readonly before: ReleaseBefore | null;
};

/** What a release is judged by. */
export type ReleaseInput = {
	/** The production devices of the release, by the UTC day on which they first tried it, in any order. */
	readonly days: readonly DayCounts[];
	/** Those of the release before, which `releaseBefore` finds; null when there is none. */
	readonly before: { readonly version: string; readonly days: readonly DayCounts[] } | null;
	readonly limits: Limits;
	/** Milliseconds since the epoch. */
	readonly now: number;
};

const FAMILIES: Readonly<Record<RateName, Family>> = {
	updates: "updates",
	crashes: "crashes",
	downloads: "downloads",
	undelivered: "downloads",
};

/**
 * Judges a release by the devices that tried it, at any moment of its life and as often as one likes: the evidence is of
 * the kind that looking doesn't weaken. `docs/verdicts.md` tells the method.
 */
export function judgeRelease({ days, before, limits, now }: ReleaseInput): Judgement {
	const daysBefore = before && untilAppeared(before.days, days);
	const judged = (name: RateName) => judgeRate(name, { days, before: daysBefore, limits, now });
	const rates = {
		updates: judged("updates"),
		crashes: judged("crashes"),
		downloads: judged("downloads"),
		undelivered: judged("undelivered"),
	};
	const verdict = overallVerdict(Object.values(rates), days);
	const standing = before && daysBefore && { version: before.version, rates: comparedRates(daysBefore, now) };
	const about = decisiveRate(verdict, rates, limits);
	const isBad = verdict === "failing" || verdict === "worse";
	return {
		verdict,
		family: isBad ? FAMILIES[about.name] : null,
		since: isBad ? about.rate.since : null,
		sentence: sentenceOf(verdict, about, { days, limits, before: standing }),
		rates: {
			updates: rates.updates.rate,
			crashes: rates.crashes.rate,
			downloads: rates.downloads.rate,
			undelivered: rates.undelivered.rate,
		},
		before: standing,
	};
}

/**
 * The UTC day on which a release appeared: when its third device tried it. Fewer are not judged anyway, and a tester or
 * a wrong clock is no rollout. Null before that.
 */
export function appearedOn(days: readonly DayCounts[]): string | null {
	let devices = 0;
	for (const day of days.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
		devices += sumOfFlag([day], "tried");
		if (devices >= LEAST_FAILED_DEVICES) return day.day;
	}
	return null;
}

function untilAppeared(before: readonly DayCounts[], days: readonly DayCounts[]): readonly DayCounts[] {
	const appeared = appearedOn(days);
	if (appeared === null) return before;
	const earlier = before.filter(({ day }) => day < appeared);
	// A release before that is of the same day has nothing else to be compared with.
	return earlier.length > 0 ? earlier : before.filter(({ day }) => day === appeared);
}

function comparedRates(days: readonly DayCounts[], now: number): ReleaseBefore["rates"] {
	return {
		updates: proportionOf(cohortsOf(days, "updates", now)),
		crashes: proportionOf(cohortsOf(days, "crashes", now)),
	};
}

function overallVerdict(judged: readonly JudgedRate[], days: readonly DayCounts[]): Verdict {
	const verdicts = new Set(judged.map(({ rate }) => rate.verdict));
	if (verdicts.has("failing")) return "failing";
	if (verdicts.has("worse")) return "worse";
	if (verdicts.has("too early")) return "too early";
	if (!verdicts.has("healthy")) return "no data";
	return isRun(days) ? "healthy" : "too early";
}

/** Whether a device has come to run the release. Until then nothing can have failed but its way there. */
function isRun(days: readonly DayCounts[]): boolean {
	return sumOfFlag(days, "installed") > 0 || sumOfFlag(days, "ran") > 0;
}

/**
 * The rate that the sentence is about: of those with the verdict the one that lost the most devices or, as long as it is
 * too early, comes closest to its limit.
 */
function decisiveRate(verdict: Verdict, rates: Readonly<Record<RateName, JudgedRate>>, limits: Limits): JudgedRate {
	const having = Object.values(rates).filter(({ rate }) => rate.verdict === verdict);
	switch (verdict) {
		case "failing":
		case "worse":
			return highest(having, ({ told }) => told.failures) ?? rates.updates;
		case "too early":
			return highest(having, ({ name, rate }) => (rate.share ?? 0) / limits[name]) ?? rates.updates;
		case "healthy":
		case "no data":
			return rates.updates;
	}
}

function highest<T>(items: readonly T[], value: (item: T) => number): T | undefined {
	return items.toSorted((a, b) => value(b) - value(a))[0];
}

type Told = {
	readonly days: readonly DayCounts[];
	readonly limits: Limits;
	readonly before: ReleaseBefore | null;
};

function sentenceOf(verdict: Verdict, about: JudgedRate, told: Told): string {
	if (verdict === "no data") return "No device has tried it yet.";
	const before = verdict === "healthy" ? "" : figuresBefore(about.name, told.before);
	return [figures(about, told.days), before, conclusion(verdict, about, told)].filter(Boolean).join(" ");
}

function figures({ name, told, laterDay }: JudgedRate, days: readonly DayCounts[]): string {
	const since = days.filter(({ day }) => laterDay === null || day >= laterDay);
	const recovered = name === "updates" ? Math.min(told.failures, sumOfFlag(since, "recovered")) : 0;
	return findingSentence({ rate: name, measured: told, since: laterDay, recovered });
}

function figuresBefore(name: RateName, before: ReleaseBefore | null): string {
	return before !== null && isCompared(name) ? beforeSentence(before.version, before.rates[name]) : "";
}

function conclusion(verdict: Verdict, { name, rate }: JudgedRate, { days, limits, before }: Told): string {
	const limit = `the limit of ${percent(limits[name])}`;
	switch (verdict) {
		case "failing":
			return `Above ${limit}, beyond chance.`;
		case "worse":
			return `Worse than ${before?.version ?? "the release before"}, beyond chance.`;
		case "healthy":
			return "Below every limit.";
		case "too early":
			if (!isRun(days)) return "Not known yet: no device runs it.";
			if (rate.high < limits[name]) return "Too few of them have it to tell.";
			if (rate.low > limits[name] / 2) return `Too close to ${limit} to tell.`;
			return `Too few devices to tell: it may be above ${limit}.`;
		case "no data":
			return "";
	}
}
