import type { DayCounts } from "../functions/src/releases/cohorts.ts";
import type { Verdict } from "../functions/src/releases/judgeRate.ts";
import { dayBefore, startOfDay } from "./days.ts";

/** What is said of a version: its verdict, or that it has none. */
export type Said = Verdict | "not judged yet" | "not judged";

/** After so many days without a new device nobody waits for more of them: the release was replaced, or withdrawn. */
const QUIET_DAYS = 3;

/** So many days after its first device a release is no new one, though stragglers still come. */
const NEW_DAYS = 14;

/**
 * Whether a release's rollout is over, so that it is not too early for a verdict any more: then there were too few devices.
 *
 * @param days The devices by the day of their first try, in any order.
 * @param today The UTC day, `YYYY-MM-DD`.
 */
export function isRolloutOver(days: readonly DayCounts[], today: string): boolean {
	const tried = days.filter(({ devices }) => (devices.tried ?? 0) > 0).map(({ day }) => day);
	const [first, last] = [tried.toSorted()[0], tried.toSorted().at(-1)];
	if (first === undefined || last === undefined) return false;
	const before = (count: number) => dayBefore(startOfDay(today), count);
	return last <= before(QUIET_DAYS) || first <= before(NEW_DAYS);
}

/** A verdict as people read it, in lower case. Documents, `--json` and `/health` keep the verdict's own name. */
export function verdictWords(said: Said, isOver: boolean): string {
	return said === "too early" && isOver ? "too few devices" : said;
}
