import { useMemo } from "preact/hooks";
import { utcDay } from "../../../functions/src/events/eventTime.ts";
import { HOUR_MS } from "../../../functions/src/events/time.ts";
import { appPath, verdictPath, versionPath } from "../../../functions/src/firestore/paths.ts";
import type { DayCounts } from "../../../functions/src/releases/cohorts.ts";
import { judgeAmong, type ReleaseRecord } from "../../../functions/src/releases/judgeAmong.ts";
import { appearedOn, type Judgement } from "../../../functions/src/releases/judgeRelease.ts";
import { limitsOf } from "../../../functions/src/releases/limits.ts";
import { productionDevices } from "../../../functions/src/releases/productionDevices.ts";
import { isRelease } from "../../../functions/src/releases/releaseBefore.ts";
import { isBad } from "../../../functions/src/releases/standingVerdict.ts";
import { daysBetween, lastDays } from "../../../metrics/days.ts";
import type { AppDocument, VerdictDocument, VersionDocument } from "../../../metrics/documents.ts";
import { newestReleases } from "../../../metrics/queries.ts";
import { adoptionDays } from "../../../metrics/releaseAdoption.ts";
import { daysAroundOnset } from "../../../metrics/releaseOnset.ts";
import type { Live } from "../data/live.ts";
import { usePolledDocument, useQueryAsOf } from "../data/polled.ts";
import { useNow } from "../ui/now.tsx";
import { useVersionDays, type VersionDays } from "./useVersionDays.ts";

/** The schedule judges every five minutes. */
const VERDICT_EVERY_MS = 60_000;

/** Limits hardly ever change. */
const LIMITS_EVERY_MS = 10 * 60_000;

/** Where the schedule did not judge a release yet, the one before is looked for among so many. */
const MAX_RELEASES_BEFORE = 30;

/** Counters that were written while the schedule read are looked at again, in milliseconds. */
const OVERLAP_MS = 60_000;

/** Days whose hours are shown: 48 hours end in any hour of the last of them. */
const HOUR_DAYS = 3;

/** What a release's page is made of. */
export type ReleaseData = {
	readonly document: VersionDocument;
	/** Judged now, from the counters as they stand; null for what can't be judged, undefined until its days are known. */
	readonly judgement: Judgement | null | undefined;
	/** When the schedule judged it last, in milliseconds since the epoch; null when it did not yet. */
	readonly judgedAt: number | null;
	readonly days: VersionDays | undefined;
	/** Production devices by the day of their first try, as far as days are known. */
	readonly cohorts: readonly DayCounts[];
	/** The UTC day on which its third device tried it; null before that. */
	readonly appearedOn: string | null;
	/** The release before, where that one isn't bad: what a rollout can go back to. Null where none is known. */
	readonly goodBefore: string | null;
};

/** Reads a version, and keeps it up to date; null when nothing was counted of it. */
export function useRelease(
	app: string,
	version: string,
	{ from, to }: { readonly from: string; readonly to: string },
): Live<ReleaseData | null> {
	const now = useNow();
	const canBeJudged = isRelease(version);
	const document = usePolledDocument<VersionDocument>(versionPath(app, version));
	const verdict = usePolledDocument<VerdictDocument>(canBeJudged ? verdictPath(app, version) : null, VERDICT_EVERY_MS);
	const appDocument = usePolledDocument<AppDocument>(canBeJudged ? appPath(app) : null, LIMITS_EVERY_MS);
	const stored = verdict.state === "ready" ? verdict.value : null;
	const others = useOthers(app, version, verdict);

	const isVerdictKnown = !canBeJudged || verdict.state !== "loading";
	const lastEventAt =
		document.state === "ready" && isVerdictKnown ? (document.value?.last_event_at?.toMillis() ?? null) : undefined;
	const judgedAt = stored?.judged_at.toMillis() ?? null;
	const storedAppearedOn = stored?.appeared_on ?? null;
	const days = useVersionDays(app, version, {
		days: [
			...lastDays(now, HOUR_DAYS),
			...daysBetween(from, to),
			...(storedAppearedOn === null ? [] : adoptionDays(storedAppearedOn)),
			...(stored?.since ? daysAroundOnset(stored.since) : []),
		],
		changedSince: canBeJudged ? Math.max(0, (judgedAt ?? 0) - OVERLAP_MS) : null,
		asOf: lastEventAt,
	});
	const cohorts = useMemo(() => cohortsOf(stored, days), [stored, days]);
	const limits = appDocument.state === "ready" ? appDocument.value?.limits : undefined;
	const value = document.state === "ready" ? document.value : null;
	// An hour's passing may change what is judged by age.
	const hour = Math.floor(now / HOUR_MS);
	const judgement = useMemo(() => {
		if (!canBeJudged) return null;
		if (value === null || days === undefined || others === undefined) return undefined;
		const record = recordOf(version, cohorts, stored, value);
		const records = new Map([...others.map((other) => [other.version, other] as const), [version, record] as const]);
		return judgeAmong(record, records, limitsOf(limits), Date.now());
	}, [canBeJudged, version, value, days, others, cohorts, stored, limits, hour]);

	if (document.state !== "ready") return document;
	if (document.value === null) return { state: "ready", value: null };
	return {
		state: "ready",
		value: {
			document: document.value,
			judgement,
			judgedAt,
			days,
			cohorts,
			appearedOn: appearedOn(cohorts) ?? storedAppearedOn ?? firstDay(document.value),
			goodBefore: goodBefore(judgement, others),
		},
	};
}

function goodBefore(judgement: Judgement | null | undefined, others: readonly ReleaseRecord[] = []): string | null {
	const before = others.find((other) => other.version === judgement?.before?.version);
	return before === undefined || isBad(before.standing.verdict) ? null : before.version;
}

/** The release before, as the schedule found it; where it did not judge yet, the newest releases. */
function useOthers(
	app: string,
	version: string,
	verdict: Live<VerdictDocument | null>,
): readonly ReleaseRecord[] | undefined {
	const stored = verdict.state === "ready" ? verdict.value : undefined;
	const before = stored?.before?.version;
	const named = usePolledDocument<VerdictDocument>(
		before === undefined ? null : verdictPath(app, before),
		VERDICT_EVERY_MS,
	);
	const newest = useQueryAsOf<VerdictDocument>(stored === null ? newestReleases(app, MAX_RELEASES_BEFORE) : null, null);
	return useMemo(() => {
		if (stored === undefined) return verdict.state === "failed" ? NO_RECORDS : undefined;
		if (stored === null) {
			if (newest.state === "loading") return undefined;
			return newest.state === "failed" ? NO_RECORDS : newest.value.map(recordOfVerdict);
		}
		if (before === undefined) return NO_RECORDS;
		if (named.state === "loading") return undefined;
		return named.state === "ready" && named.value !== null ? [recordOfVerdict(named.value)] : NO_RECORDS;
	}, [version, verdict, named, newest]);
}

const NO_RECORDS: readonly ReleaseRecord[] = [];

function recordOf(
	version: string,
	cohorts: readonly DayCounts[],
	verdict: VerdictDocument | null,
	document: VersionDocument,
): ReleaseRecord {
	return {
		version,
		cohorts,
		standing: { verdict: verdict?.verdict, family: verdict?.family ?? null, since: verdict?.since ?? null },
		isHidden: document.hidden === true,
		firstEventAt: document.first_event_at?.toMillis() ?? null,
	};
}

function recordOfVerdict(verdict: VerdictDocument): ReleaseRecord {
	return {
		version: verdict.version_name,
		cohorts: Object.entries(verdict.cohorts).map(([day, devices]) => ({ day, devices })),
		standing: { verdict: verdict.verdict, family: verdict.family, since: verdict.since },
		isHidden: false,
		firstEventAt: null,
	};
}

/** What the schedule knew, with the days that were read after it. */
function cohortsOf(verdict: VerdictDocument | null, days: VersionDays | undefined): readonly DayCounts[] {
	const stored = Object.entries(verdict?.cohorts ?? {});
	const read = [...(days ?? [])].flatMap(([day, document]) =>
		document === null ? [] : [[day, productionDevices(document)] as const],
	);
	return [...new Map<string, DayCounts["devices"]>([...stored, ...read])]
		.map(([day, devices]) => ({ day, devices }))
		.filter(({ devices }) => (devices.tried ?? 0) > 0);
}

function firstDay({ first_event_at }: VersionDocument): string | null {
	return first_event_at === undefined ? null : utcDay(first_event_at.toMillis());
}
