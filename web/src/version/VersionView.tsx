import { versionPath } from "../../../functions/src/firestore/paths.ts";
import { dayBefore, daysBetween } from "../../../metrics/days.ts";
import { ACTIVE_DAYS, releaseHealth, sumCounts, trendOf } from "../../../metrics/definitions.ts";
import type { DayDocument, VersionDocument } from "../../../metrics/documents.ts";
import { formatCount } from "../../../metrics/format.ts";
import { activeDevices, daysOfVersion } from "../../../metrics/queries.ts";
import { daysOfRange, overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useCounts } from "../data/counts.ts";
import { useLiveDocument, useLiveQuery } from "../data/live.ts";
import { Ago } from "../ui/Ago.tsx";
import { ExportButton } from "../ui/ExportButton.tsx";
import { Rate, Sample, toneOf, VerdictBadge } from "../ui/FailureRate.tsx";
import { Loading, Notice } from "../ui/Notice.tsx";
import { useNow } from "../ui/now.tsx";
import { Tile } from "../ui/Tile.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import { ActionsChart } from "./ActionsChart.tsx";
import { DownloadFunnel } from "./DownloadFunnel.tsx";
import { dayHeader, dayRows } from "./dayCsv.ts";
import { FailedDevices } from "./FailedDevices.tsx";
import { FailureActions } from "./FailureActions.tsx";
import { RangePicker } from "./RangePicker.tsx";

type VersionViewProps = { readonly app: string; readonly version: string };

/** A version in the days of the range: what happened, how far downloads came, and what failed where. */
export function VersionView({ app, version }: VersionViewProps) {
	const { address } = useNavigation();
	const { audience, range } = address;
	const now = useNow();
	const { from, to } = daysOfRange(range, now);
	const document = useLiveDocument<VersionDocument>(versionPath(app, version));
	const dayDocuments = useLiveQuery<DayDocument>(daysOfVersion(app, version, from, to));
	const lastEventAt = document.state === "ready" ? (document.value?.last_event_at?.toMillis() ?? null) : null;
	const active = useCounts(
		new Map([
			["active", { spec: activeDevices(app, dayBefore(now, ACTIVE_DAYS), audience, version), changedAt: lastEventAt }],
		]),
	).get("active");

	if (document.state === "loading" || dayDocuments.state === "loading") return <Loading />;
	if (document.state === "failed")
		return <Notice title="The version could not be read">{document.error.message}</Notice>;
	if (dayDocuments.state === "failed") {
		return <Notice title="Its days could not be read">{dayDocuments.error.message}</Notice>;
	}
	if (document.value === null) {
		return (
			<Notice title="No such version">
				{app} has no version “{version}”.
			</Notice>
		);
	}

	const trend = trendOf(daysBetween(from, to), dayDocuments.value, audience);
	const counts = sumCounts(trend.map((day) => day.counts));
	const health = releaseHealth(counts);
	return (
		<>
			<nav class="crumbs" aria-label="Breadcrumb">
				<Link to={overviewOf(app, audience)}>Releases</Link> <span aria-hidden="true">/</span> Version
			</nav>
			<div class="view-head">
				<div>
					<ViewHeading title={version}>
						{version} <VerdictBadge verdict={health.verdict} />
					</ViewHeading>
					<p class="muted">
						First event <Ago at={document.value.first_event_at?.toMillis()} />, last one <Ago at={lastEventAt} />
					</p>
				</div>
				<div class="view-tools">
					<RangePicker />
					<ExportButton
						name={`${app}-${version}-days`}
						header={dayHeader(counts)}
						rows={() => dayRows(trend, counts)}
					/>
				</div>
			</div>
			<dl class="tiles">
				<Tile label="Installs" value={formatCount(health.installs)} detail="in these days" />
				<Tile
					label="Active devices"
					value={active === undefined ? "…" : formatCount(active)}
					detail={`run it, seen in the last ${ACTIVE_DAYS} days`}
				/>
				<Tile
					label="Failure rate"
					value={<Rate health={health} />}
					detail={<Sample health={health} />}
					tone={toneOf(health.verdict)}
				/>
				<Tile
					label="Rollbacks"
					value={formatCount(health.rollbacks)}
					detail={`${formatCount(health.returns)} came back to it`}
				/>
			</dl>
			<ActionsChart trend={trend} />
			<div class="columns">
				<DownloadFunnel counts={counts} />
				<FailureActions trend={trend} />
			</div>
			<FailedDevices app={app} version={version} from={from} to={to} />
		</>
	);
}
