import { DAY_MS } from "../../../functions/src/events/time.ts";
import type { Judgement } from "../../../functions/src/releases/judgeRelease.ts";
import { startOfDay } from "../../../metrics/days.ts";
import { daysAroundOnset, hoursBetween, type Onset, onsetOf } from "../../../metrics/releaseOnset.ts";
import type { VersionDays } from "./useVersionDays.ts";

/** The hour in which a bad release's failures began; null when it is not bad, or no hour stands out. */
export function onsetOfRelease(judgement: Judgement | null | undefined, days: VersionDays | undefined): Onset | null {
	if (!judgement?.family || judgement.since === null || days === undefined) return null;
	const around = daysAroundOnset(judgement.since);
	if (around.some((day) => !days.has(day) && startOfDay(day) <= Date.now())) return null;
	const [first = judgement.since, , last = judgement.since] = around;
	const hours = hoursBetween(days, startOfDay(first), Math.min(Date.now(), startOfDay(last) + DAY_MS - 1));
	return onsetOf(hours, judgement.family);
}
