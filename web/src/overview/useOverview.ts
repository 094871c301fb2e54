import { useRef } from "preact/hooks";
import { appPath } from "../../../functions/src/firestore/paths.ts";
import { isRelease } from "../../../functions/src/releases/releaseBefore.ts";
import { dayBefore, lastDays } from "../../../metrics/days.ts";
import { ACTIVE_DAYS, type Audience, TREND_DAYS } from "../../../metrics/definitions.ts";
import type { AppDocument, VerdictDocument, VersionDocument } from "../../../metrics/documents.ts";
import { APART, foundRows, type OverviewRow, type OverviewRows, overviewRows } from "../../../metrics/overview.ts";
import { activeDevices, MAX_IDS, newestReleases, verdictsOn, versionsBeginningWith } from "../../../metrics/queries.ts";
import { useNavigation } from "../address/navigation.tsx";
import { type Countable, useCounts } from "../data/counts.ts";
import { type Live, useLiveQuery } from "../data/live.ts";
import { LOOK_AGAIN_MS, usePolledDocument, useQueryAsOf } from "../data/polled.ts";
import { useNow } from "../ui/now.tsx";
import { useCounters, type VersionCounters } from "./useCounters.ts";

/** Releases that are shown at first, and that "show more" adds. On a phone each is a card: twenty would be a long way down. */
export const PAGE_SIZE = matchMedia("(max-width: 760px)").matches ? 10 : 20;

/** Versions that are found by a name's beginning, at the most. */
const MAX_FOUND = MAX_IDS;

/** While an app has sent nothing, its first event is looked for so often, in milliseconds. */
const AWAIT_FIRST_MS = 4_000;

/** The name under which the devices of the whole app are counted. The name of a version is never empty. */
const WHOLE_APP = "";

/** What the overview shows. */
export type OverviewData = {
	/** Null when the app sent nothing yet. */
	readonly app: AppDocument | null;
	readonly rows: OverviewRows;
	/** The versions that were looked for; null when nothing is looked for, undefined until they are known. */
	readonly found: readonly OverviewRow[] | null | undefined;
	/** What was counted of `builtin`, `unknown` and `other`; undefined until it is known. */
	readonly counters: VersionCounters;
	/** Active devices of the whole app; undefined until they are counted. */
	readonly allActive: number | undefined;
	/** The UTC days of the trends. */
	readonly days: readonly string[];
	readonly hasMore: boolean;
};

/**
 * Reads an app's overview, and keeps it up to date.
 *
 * @param isRareOpen Whether the versions that hardly any device tried are shown: their devices are counted only then.
 */
export function useOverview(app: string, isRareOpen: boolean): Live<OverviewData> {
	const { find, more, audience } = useNavigation().address;
	const now = useNow();
	const days = lastDays(now, TREND_DAYS);
	const limit = PAGE_SIZE * (more + 1);
	// One release more than shown tells whether there are more.
	const releases = useLiveQuery<VerdictDocument>(newestReleases(app, limit + 1));
	const appDocument = useAppDocument(app);
	const asOf = appDocument.state === "ready" ? (appDocument.value?.last_event_at?.toMillis() ?? null) : null;

	const verdicts = releases.state === "ready" ? releases.value.slice(0, limit) : NONE;
	const listed = verdicts.map(({ version_name }) => version_name);
	const lookedFor = useQueryAsOf<VersionDocument>(find ? versionsBeginningWith(app, find, MAX_FOUND) : null, asOf);
	const foundVersions = find && lookedFor.state === "ready" ? lookedFor.value : [];
	const foundNames = foundVersions.map(({ version_name }) => version_name);
	const isReady = releases.state === "ready";
	const read = useCounters(app, isReady ? [...new Set([...listed, ...APART])] : [], asOf);
	const counters = new Map([...read, ...foundVersions.map((version) => [version.version_name, version] as const)]);
	const otherVerdicts = useOtherVerdicts(app, new Set(listed), foundNames, counters);

	const input = { verdicts, otherVerdicts, counters, audience, days, active: NOTHING_COUNTED };
	const arranged = overviewRows(input);
	// What is read comes first: counting is slower, and is billed by what it counts.
	const isRead = isReady && appDocument.state === "ready" && (asOf === null || read.size > 0);
	const isRareShown = isRareOpen || arranged.releases.length === 0;
	const shown = [...arranged.releases, ...arranged.apart, ...(isRareShown ? arranged.rare : [])].map(
		({ version }) => version,
	);
	const counted = useCounts(
		isRead ? countablesOf(app, [...shown, ...foundNames], counters, dayBefore(now, ACTIVE_DAYS), audience) : new Map(),
	);

	if (releases.state === "failed") return releases;
	if (appDocument.state === "failed") return appDocument;
	if (releases.state === "loading") return releases;
	if (appDocument.state === "loading" && verdicts.length === 0) return appDocument;
	const withActive = { ...input, active: counted };
	return {
		state: "ready",
		value: {
			app: appDocument.state === "ready" ? appDocument.value : null,
			rows: overviewRows(withActive),
			found: find ? foundOf(find, lookedFor, arranged, withActive) : null,
			counters,
			allActive: counted.get(WHOLE_APP),
			days,
			hasMore: releases.value.length > limit,
		},
	};
}

const NONE: readonly VerdictDocument[] = [];
const NOTHING_COUNTED: ReadonlyMap<string, number> = new Map();

/** The app's document, looked at more often while there is none. */
function useAppDocument(app: string): Live<AppDocument | null> {
	const known = usePolledDocument<AppDocument>(appPath(app), LOOK_AGAIN_MS);
	const isAwaited = known.state === "ready" && known.value === null;
	const awaited = usePolledDocument<AppDocument>(isAwaited ? appPath(app) : null, AWAIT_FIRST_MS);
	return isAwaited && awaited.state === "ready" ? awaited : known;
}

/** Verdicts on versions whose counters are at hand and that don't stand among the releases shown. */
function useOtherVerdicts(
	app: string,
	listed: ReadonlySet<string>,
	foundNames: readonly string[],
	counters: VersionCounters,
): ReadonlyMap<string, VerdictDocument | null> {
	const counted = [...counters].flatMap(([version, found]) => (found === null ? [] : [version]));
	const names = [...new Set([...foundNames, ...counted])]
		.filter((version) => isRelease(version) && !listed.has(version))
		.slice(0, MAX_IDS);
	const verdicts = useQueryAsOf<VerdictDocument>(names.length === 0 ? null : verdictsOn(app, names), null);
	// What was read before stays while more is on its way, so that no row goes and comes.
	const known = useRef(new Map<string, VerdictDocument | null>());
	if (verdicts.state === "ready") {
		const found = new Map(verdicts.value.map((verdict) => [verdict.version_name, verdict]));
		for (const name of names) known.current.set(name, found.get(name) ?? null);
	}
	return known.current;
}

function countablesOf(
	app: string,
	versions: readonly string[],
	counters: VersionCounters,
	since: string,
	audience: Audience,
): ReadonlyMap<string, Countable> {
	const newest = Math.max(0, ...[...counters.values()].map((version) => version?.last_event_at?.toMillis() ?? 0));
	return new Map([
		[WHOLE_APP, { spec: activeDevices(app, since, audience), changedAt: newest }],
		...versions.map((version) => {
			const changedAt = counters.get(version)?.last_event_at?.toMillis() ?? null;
			return [version, { spec: activeDevices(app, since, audience, version), changedAt }] as const;
		}),
	]);
}

/** The versions that were looked for; undefined until all is known of them. */
function foundOf(
	find: string,
	lookedFor: Live<readonly VersionDocument[]>,
	{ releases, rare }: OverviewRows,
	input: Parameters<typeof foundRows>[1],
): readonly OverviewRow[] | undefined {
	if (lookedFor.state === "loading") return undefined;
	const beginning = lookedFor.state === "ready" ? lookedFor.value.map(({ version_name }) => version_name) : [];
	const judged = new Set(input.verdicts.map(({ version_name }) => version_name));
	const isKnown = (version: string) => !isRelease(version) || judged.has(version) || input.otherVerdicts.has(version);
	if (!beginning.every(isKnown)) return undefined;
	const containing = [...releases, ...rare]
		.map(({ version }) => version)
		.filter((version) => version.toLowerCase().includes(find.toLowerCase()));
	return foundRows([...new Set([...containing, ...beginning])], input);
}
