import type { Verdict } from "./judgeRate.ts";

/**
 * The verdict that stands after a new judgement. What was called failing or worse stays so until it is called healthy: the
 * evidence was beyond chance when it was called, and a few good devices don't take it back. So nothing flaps at a limit.
 *
 * @param standing The verdict that stood before; undefined where there was none.
 */
export function standingVerdict(standing: Verdict | undefined, judged: Verdict): Verdict {
	if (standing === "failing" && judged !== "healthy") return "failing";
	if (standing === "worse" && judged !== "healthy" && judged !== "failing") return "worse";
	return judged;
}

/** What people are to be told when the standing verdict changes; undefined when nothing. */
export function newsOf(before: Verdict | undefined, after: Verdict): "worsened" | "recovered" | undefined {
	if (before === after) return undefined;
	const wasBad = before === "failing" || before === "worse";
	if (after === "failing" || after === "worse") return "worsened";
	return wasBad && after === "healthy" ? "recovered" : undefined;
}
