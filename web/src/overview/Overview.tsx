import { appPath } from "../../../functions/src/firestore/paths.ts";
import { dayBefore, lastDays } from "../../../metrics/days.ts";
import { ACTIVE_DAYS, type Audience, releaseHealth, sumCounts, TREND_DAYS } from "../../../metrics/definitions.ts";
import type { AppDocument, DayDocument, VersionDocument } from "../../../metrics/documents.ts";
import { formatCount } from "../../../metrics/format.ts";
import { summarizeVersion, type VersionSummary } from "../../../metrics/overview.ts";
import { activeDevices, daysOfVersion, newestVersions } from "../../../metrics/queries.ts";
import { useNavigation } from "../address/navigation.tsx";
import { type Countable, useCounts } from "../data/counts.ts";
import { type Live, useLiveDocument, useLiveQueries, useLiveQuery } from "../data/live.ts";
import { SetupGuide } from "../setup/SetupGuide.tsx";
import { Ago } from "../ui/Ago.tsx";
import { ExportButton } from "../ui/ExportButton.tsx";
import { Rate, Sample, toneOf } from "../ui/FailureRate.tsx";
import { Loading, Notice } from "../ui/Notice.tsx";
import { useNow } from "../ui/now.tsx";
import { Tile } from "../ui/Tile.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import { InstallsChart } from "./InstallsChart.tsx";
import { overviewHeader, overviewRows } from "./overviewCsv.ts";
import { VersionTable } from "./VersionTable.tsx";

/**
 * Versions that are shown at first, and that "show more" adds. Each costs its own document, one for each day of its
 * trend, and a count: 20 of them stay below 500 reads with 50,000 devices.
 */
const PAGE_SIZE = 20;

/** The name under which the devices of the whole app are counted. The name of a version is never empty. */
const WHOLE_APP = "";

/** How the app's releases do, newest activity first. */
export function Overview({ app }: { readonly app: string }) {
	const { more } = useNavigation().address;
	const limit = PAGE_SIZE * (more + 1);
	// One version more than shown tells whether there are more.
	const versions = useLiveQuery<VersionDocument>(newestVersions(app, limit + 1));
	const appDocument = useLiveDocument<AppDocument>(appPath(app));
	if (versions.state === "loading") return <Loading />;
	if (versions.state === "failed")
		return <Notice title="The versions could not be read">{versions.error.message}</Notice>;
	if (versions.value.length === 0) return <SetupGuide app={app} />;
	return (
		<Versions
			app={app}
			appDocument={appDocument}
			versions={versions.value.slice(0, limit)}
			hasMore={versions.value.length > limit}
		/>
	);
}

type VersionsProps = {
	readonly app: string;
	readonly appDocument: Live<AppDocument | null>;
	readonly versions: readonly VersionDocument[];
	readonly hasMore: boolean;
};

function Versions({ app, appDocument, versions, hasMore }: VersionsProps) {
	const { address, go } = useNavigation();
	const { summaries, allActive } = useSummaries(app, versions);
	const days = lastDays(useNow(), TREND_DAYS);
	const recent = releaseHealth(sumCounts(summaries.flatMap(({ trend }) => trend.map(({ counts }) => counts))));
	const lastEventAt = lastEventOf(appDocument, summaries);

	return (
		<>
			<div class="view-head">
				<div>
					<ViewHeading title={app}>Releases</ViewHeading>
					<WorkingLine lastEventAt={lastEventAt} />
				</div>
				<ExportButton name={`${app}-versions`} header={overviewHeader(days)} rows={() => overviewRows(summaries)} />
			</div>
			<dl class="tiles">
				<Tile
					label="Active devices"
					value={allActive === undefined ? "…" : formatCount(allActive)}
					detail={`seen in the last ${ACTIVE_DAYS} days`}
				/>
				<Tile label="Installs" value={formatCount(recent.installs)} detail={`in ${TREND_DAYS} days, versions below`} />
				<Tile
					label="Failure rate"
					value={<Rate health={recent} />}
					detail={
						<>
							<Sample health={recent} />, {TREND_DAYS} days
						</>
					}
					tone={toneOf(recent.verdict)}
				/>
				<Tile
					label="Rollbacks"
					value={formatCount(recent.rollbacks)}
					detail={`in ${TREND_DAYS} days, versions below`}
				/>
			</dl>
			<InstallsChart days={days} summaries={summaries} />
			<VersionTable summaries={summaries} allActive={allActive} />
			{hasMore && (
				<p class="more">
					<button
						type="button"
						class="button"
						onClick={() => go({ ...address, more: address.more + 1 }, { replace: true })}
					>
						Show {PAGE_SIZE} more versions
					</button>
				</p>
			)}
		</>
	);
}

/** Within this time after the last event, nobody needs to ask whether it works, in milliseconds. */
const QUIET_AFTER_MS = 24 * 60 * 60 * 1_000;

function WorkingLine({ lastEventAt }: { readonly lastEventAt: number | null }) {
	const isQuiet = lastEventAt === null || useNow() - lastEventAt > QUIET_AFTER_MS;
	return (
		<p class="working">
			<span class={`pulse ${isQuiet ? "quiet" : ""}`} aria-hidden="true" />
			{isQuiet ? "No events for a day" : "Receiving events"} <span class="muted">· last one </span>
			<Ago at={lastEventAt} />
		</p>
	);
}

function useSummaries(app: string, versions: readonly VersionDocument[]) {
	const { audience } = useNavigation().address;
	const now = useNow();
	const days = lastDays(now, TREND_DAYS);
	const [from = "", to = ""] = [days[0], days.at(-1)];
	const since = dayBefore(now, ACTIVE_DAYS);

	const dayDocuments = useLiveQueries<DayDocument>(
		new Map(versions.map(({ version_name }) => [version_name, daysOfVersion(app, version_name, from, to)])),
	);
	// What is live comes first: counting is slower, and is billed by what it counts.
	const isLive = versions.every(({ version_name }) => dayDocuments.has(version_name));
	const active = useCounts(isLive ? countablesOf(app, versions, since, audience) : NOTHING_TO_COUNT);
	const summaries = versions.map((version) =>
		summarizeVersion(version, {
			audience,
			days,
			dayDocuments: dayDocuments.get(version.version_name) ?? [],
			activeDevices: active.get(version.version_name) ?? null,
		}),
	);
	return { summaries, allActive: active.get(WHOLE_APP) };
}

const NOTHING_TO_COUNT: ReadonlyMap<string, Countable> = new Map();

function countablesOf(
	app: string,
	versions: readonly VersionDocument[],
	since: string,
	audience: Audience,
): ReadonlyMap<string, Countable> {
	const ofVersions = versions.map((version) => {
		const spec = activeDevices(app, since, audience, version.version_name);
		return [version.version_name, { spec, changedAt: eventAt(version) }] as const;
	});
	return new Map([
		[WHOLE_APP, { spec: activeDevices(app, since, audience), changedAt: newestEventAt(versions) }],
		...ofVersions,
	]);
}

function eventAt({ last_event_at }: VersionDocument): number | null {
	return last_event_at?.toMillis() ?? null;
}

function newestEventAt(versions: readonly VersionDocument[]): number | null {
	const [newest] = versions;
	return newest ? eventAt(newest) : null;
}

function lastEventOf(app: Live<AppDocument | null>, [newest]: readonly VersionSummary[]): number | null {
	const ofApp = app.state === "ready" ? app.value?.last_event_at?.toMillis() : undefined;
	return ofApp ?? newest?.lastEventAt ?? null;
}
