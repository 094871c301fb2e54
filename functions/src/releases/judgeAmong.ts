import { utcDay } from "../events/eventTime.ts";
import type { DayCounts } from "./cohorts.ts";
import { type Judgement, judgeRelease } from "./judgeRelease.ts";
import type { Limits } from "./limits.ts";
import { type KnownVersion, releaseBefore } from "./releaseBefore.ts";
import { type Standing, standingJudgement } from "./standingVerdict.ts";

/** What is known of one of an app's versions when it, or another one, is judged. */
export type ReleaseRecord = {
	readonly version: string;
	/** Production devices by the UTC day on which they first tried it. */
	readonly cohorts: readonly DayCounts[];
	/** What was said of it before. */
	readonly standing: Standing;
	readonly isHidden: boolean;
	/** When its first event was counted, in milliseconds since the epoch; null when that is unknown. */
	readonly firstEventAt: number | null;
};

/**
 * Judges a release, by itself and against the one before it among an app's others.
 *
 * @param now Milliseconds since the epoch.
 */
export function judgeAmong(
	release: ReleaseRecord,
	releases: ReadonlyMap<string, ReleaseRecord>,
	limits: Limits,
	now: number,
): Judgement {
	const before = releaseBefore(release.version, [...releases.values()].map(knownVersion));
	const cohortsBefore = before && releases.get(before.version)?.cohorts;
	const judged = judgeRelease({
		days: release.cohorts,
		before: before && cohortsBefore ? { version: before.version, days: cohortsBefore } : null,
		limits,
		now,
	});
	return standingJudgement(release.standing, judged);
}

/** What the release before is looked for by. */
export function knownVersion({ version, cohorts, standing, isHidden, firstEventAt }: ReleaseRecord): KnownVersion {
	const installed = cohorts.filter(({ devices }) => (devices.installed ?? 0) > 0);
	return {
		version,
		firstInstalledAt: firstMoment(installed, firstEventAt),
		firstEventAt: firstMoment(cohorts, firstEventAt) ?? firstEventAt,
		devices: cohorts.reduce((sum, { devices }) => sum + (devices.tried ?? 0), 0),
		isHidden,
		isFailing: standing.verdict === "failing",
	};
}

/** The first day of some cohorts. Among those of one day the arrival of the first event decides, where it is of that day. */
function firstMoment(cohorts: readonly DayCounts[], firstEventAt: number | null): number | null {
	const [day] = cohorts.map((cohort) => cohort.day).toSorted();
	if (day === undefined) return null;
	return firstEventAt !== null && utcDay(firstEventAt) === day ? firstEventAt : Date.parse(day);
}
