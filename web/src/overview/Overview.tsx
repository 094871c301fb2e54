import { useState } from "preact/hooks";
import { ACTIVE_DAYS } from "../../../metrics/definitions.ts";
import { formatCount } from "../../../metrics/format.ts";
import { type OverviewRow, sortRows } from "../../../metrics/overview.ts";
import { verdictWords } from "../../../metrics/verdictWords.ts";
import { useNavigation } from "../address/navigation.tsx";
import { SetupGuide } from "../setup/views.ts";
import { ExportButton } from "../ui/ExportButton.tsx";
import { Loading, Notice } from "../ui/Notice.tsx";
import { Tile } from "../ui/Tile.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import { Adoption } from "./Adoption.tsx";
import { Alerts, useAlerts } from "./Alerts.tsx";
import { overviewCsvRows, overviewHeader } from "./overviewCsv.ts";
import { type RareVersions, ReleaseTable } from "./ReleaseTable.tsx";
import { Arrival, Backlog, CappedDevices, Ceiling } from "./Status.tsx";
import { useFailedChecks } from "./useFailedChecks.ts";
import { type OverviewData, useOverview } from "./useOverview.ts";
import "./overview.css";

/** How the app's releases do, newest first. */
export function Overview({ app }: { readonly app: string }) {
	const [isRareOpen, setIsRareOpen] = useState(false);
	const overview = useOverview(app, isRareOpen);
	if (overview.state === "loading") return <Loading />;
	if (overview.state === "failed")
		return <Notice title="The releases could not be read">{overview.error.message}</Notice>;
	const { app: document, rows } = overview.value;
	if (document === null && rows.releases.length === 0) return <SetupGuide app={app} />;
	const isRareShown = isRareOpen || rows.releases.length === 0;
	return <Releases app={app} data={overview.value} rare={{ isShown: isRareShown, show: () => setIsRareOpen(true) }} />;
}

type ReleasesProps = { readonly app: string; readonly data: OverviewData; readonly rare: RareVersions };

function Releases({ app, data, rare }: ReleasesProps) {
	const { sort } = useNavigation().address;
	const { rows, found, days, allActive } = data;
	const alerts = useAlerts(app);
	const shown = sortRows(found ?? rows.releases, sort.by, sort.isAscending);
	const exported = found ? shown : [...shown, ...rows.apart, ...(rare.isShown ? rows.rare : [])];
	return (
		<>
			<div class="view-head">
				<div>
					<ViewHeading title={app}>Releases</ViewHeading>
					<Arrival app={data.app} alerts={alerts} />
				</div>
				<ExportButton
					name={`${app}-releases`}
					header={overviewHeader(days)}
					rows={() => overviewCsvRows(exported, allActive)}
				/>
			</div>
			<Ceiling app={data.app} />
			<Backlog app={data.app} />
			<CappedDevices app={app} />
			<Tiles app={app} data={data} />
			<div class={`overview-columns ${alerts.length === 0 ? "single" : ""}`}>
				<Adoption rows={rows} days={days} allActive={allActive} />
				<Alerts alerts={alerts} />
			</div>
			<ReleaseTable data={data} shown={shown} rare={rare} />
		</>
	);
}

function Tiles({ app, data: { rows, allActive, counters } }: Pick<ReleasesProps, "app" | "data">) {
	const isKnown = counters.size > 0;
	const unnamed = rows.apart.find(({ version }) => version === "unknown")?.devices;
	const checks = useFailedChecks(app, counters);
	const health = healthOf(rows.releases);
	return (
		<dl class="tiles">
			<Tile label="Active devices" value={figure(allActive)} detail={`seen in the last ${ACTIVE_DAYS} days`} />
			<Tile label="Releases" value={health.value} detail={health.detail} tone={health.tone} />
			<Tile
				label="Updates that aren't named"
				value={figure(isKnown ? (unnamed?.failed ?? 0) : undefined)}
				detail={`devices failed in all, ${isKnown ? formatCount(unnamed?.download_failed ?? 0) : "…"} could not download`}
				tone={unnamed !== undefined && unnamed.failed > 0 ? "watch" : undefined}
			/>
			<Tile
				label="Failed checks today"
				value={figure(checks?.today)}
				detail={`${figure(checks?.yesterday)} yesterday, by UTC: offline, or the update server's error`}
			/>
		</dl>
	);
}

function figure(count: number | undefined): string {
	return count === undefined ? "…" : formatCount(count);
}

/** What is said of releases, the worst first. */
const TOLD = ["failing", "worse", "too early", "not judged yet", "no data", "healthy", "too few devices"] as const;

/** The worst that is said of the releases shown, and the rest in a line. */
function healthOf(releases: readonly OverviewRow[]) {
	const words = releases.map(({ verdict, isOver }) => verdictWords(verdict ?? "not judged yet", isOver));
	const told = TOLD.map((said) => ({ said, count: words.filter((word) => word === said).length })).filter(
		({ count }) => count > 0,
	);
	const text = (verdict: (typeof told)[number]) => `${formatCount(verdict.count)} ${verdict.said}`;
	const [worst, ...others] = told;
	if (worst === undefined) return { value: "–", detail: "no release yet", tone: undefined };
	const isBad = worst.said === "failing" || worst.said === "worse";
	const tone = isBad ? ("bad" as const) : worst.said === "healthy" ? ("good" as const) : undefined;
	return { value: text(worst), detail: others.map(text).join(" · ") || "of those below", tone };
}
