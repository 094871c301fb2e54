import { knownVersion, type ReleaseRecord } from "./judgeAmong.ts";
import { appearedAt } from "./releaseBefore.ts";
import { isBad } from "./standingVerdict.ts";

/**
 * The bad release whose place a healthy one takes: the last one before it of which it is known whether it is well, if that
 * one is bad; else null.
 */
export function replacedBadRelease(version: string, releases: readonly ReleaseRecord[]): string | null {
	const release = releases.find((known) => known.version === version);
	if (release === undefined) return null;
	const before = releases
		.filter((known) => known.version !== version && !known.isHidden && isKnown(known))
		.filter((known) => inOrderOfAppearance(known, release) < 0)
		.toSorted(inOrderOfAppearance)
		.at(-1);
	return before !== undefined && isBad(before.standing.verdict) ? before.version : null;
}

/** Compares releases by when they appeared, the earliest first; those that did not come last. */
export function inOrderOfAppearance(a: ReleaseRecord, b: ReleaseRecord): number {
	const [atA, atB] = [a, b].map((release) => appearedAt(knownVersion(release)) ?? Number.MAX_VALUE);
	return (atA ?? 0) - (atB ?? 0);
}

function isKnown({ standing: { verdict } }: ReleaseRecord): boolean {
	return verdict === "healthy" || isBad(verdict);
}
