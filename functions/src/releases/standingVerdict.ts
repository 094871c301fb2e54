import type { Verdict } from "./judgeRate.ts";
import type { Family, Judgement } from "./judgeRelease.ts";

/** What was said of a release before. */
export type Standing = {
	/** Undefined until it was judged. */
	readonly verdict: Verdict | undefined;
	/** What is bad, and since when; null unless the verdict is. */
	readonly family: Family | null;
	readonly since: string | null;
};

/**
 * The judgement that stands after a new one. What was called failing or worse stays so until it is called healthy: the
 * evidence was beyond chance when it was called, and a few good devices don't take it back. So nothing flaps at a limit.
 */
export function standingJudgement(standing: Standing, judged: Judgement): Judgement {
	const { verdict, family, since } = standing;
	const stays =
		(verdict === "failing" && judged.verdict !== "healthy") || (verdict === "worse" && isOpen(judged.verdict));
	if (!stays || verdict === judged.verdict) return judged;
	return {
		...judged,
		verdict,
		family,
		since,
		sentence: `${judged.sentence} It was ${verdict}, and is not yet shown to be healthy.`,
	};
}

function isOpen(verdict: Verdict): boolean {
	return verdict === "too early" || verdict === "no data";
}

/** What people are to be told when the standing verdict changes; undefined when nothing. */
export function newsOf(before: Verdict | undefined, after: Verdict): "worsened" | "recovered" | undefined {
	if (before === after) return undefined;
	if (isBad(after)) return "worsened";
	return isBad(before) && after === "healthy" ? "recovered" : undefined;
}

/** Whether a verdict calls for somebody to act. */
export function isBad(verdict: Verdict | undefined): boolean {
	return verdict === "failing" || verdict === "worse";
}
