import type { Verdict } from "./judgeRate.ts";
import { isBad } from "./standingVerdict.ts";

/** A release with its standing verdict, in the order of an app's releases. */
export type JudgedRelease = {
	readonly version: string;
	/** The UTC day on which the first device installed it or, where none did, tried it; null before that. */
	readonly firstDay: string | null;
	/** When its first event arrived, in milliseconds since the epoch: tells releases of one day apart. Null when unknown. */
	readonly firstEventAt: number | null;
	/** Undefined until it was judged. */
	readonly verdict: Verdict | undefined;
	readonly isHidden: boolean;
};

/**
 * The bad release whose place a healthy one takes: the last one before it of which it is known whether it is well, if that
 * one is bad; else null.
 */
export function replacedBadRelease(version: string, releases: readonly JudgedRelease[]): string | null {
	const release = releases.find((known) => known.version === version);
	if (release === undefined) return null;
	const before = releases
		.filter((known) => known.version !== version && !known.isHidden && isKnown(known.verdict))
		.filter((known) => inOrderOfAppearance(known, release) < 0)
		.toSorted(inOrderOfAppearance)
		.at(-1);
	return before !== undefined && isBad(before.verdict) ? before.version : null;
}

/** Compares releases by when they appeared, the earliest first; those that did not come last. */
export function inOrderOfAppearance(a: JudgedRelease, b: JudgedRelease): number {
	const [dayA, dayB] = [a.firstDay ?? "9999", b.firstDay ?? "9999"];
	if (dayA !== dayB) return dayA < dayB ? -1 : 1;
	return (a.firstEventAt ?? 0) - (b.firstEventAt ?? 0);
}

function isKnown(verdict: Verdict | undefined): boolean {
	return verdict === "healthy" || isBad(verdict);
}
