import { percent } from "../../../functions/src/releases/sentence.ts";
import { ACTIVE_DAYS } from "../../../metrics/definitions.ts";
import { formatDay, formatDevices } from "../../../metrics/format.ts";
import { badWithoutDevices, type OverviewRow, type OverviewRows } from "../../../metrics/overview.ts";
import { BarChart } from "../charts/BarChart.tsx";
import type { Series } from "../charts/bars.ts";
import { FiguresTable } from "../charts/FiguresTable.tsx";
import { Legend } from "../charts/Legend.tsx";
import { versionColor } from "../charts/versionColor.ts";

/** Versions that have a part of their own; the others share one. */
const MAX_PARTS = 6;

/** The colour of the others. */
const REST_COLOR = "series-8";

type AdoptionProps = {
	readonly rows: OverviewRows;
	readonly days: readonly string[];
	readonly allActive: number | undefined;
};

/** What the active devices run, and when devices first tried each release: whether the new one takes over. */
export function Adoption({ rows, days, allActive }: AdoptionProps) {
	const series = seriesOf(rows.releases, days);
	const labels = days.map(formatDay);
	return (
		<section class="card adoption" aria-labelledby="adoption-heading">
			<div class="card-head">
				<h2 id="adoption-heading">What devices run</h2>
				<p class="muted small">active in the last {ACTIVE_DAYS} days</p>
			</div>
			<RunningBar rows={rows} allActive={allActive} />
			{series.length > 0 && (
				<>
					<h3 class="adoption-chart-heading">
						Devices that tried a release <span class="muted">on the day of their first try, UTC</span>
					</h3>
					<BarChart
						description={`Devices by the day on which they first tried a release, the last ${days.length} days. The table below holds the same figures.`}
						labels={labels}
						series={series}
						shape="columns"
						height={108}
					/>
					<Legend series={series} />
					<FiguresTable caption="Devices by day and release" heading="Day" labels={labels} series={series} />
				</>
			)}
		</section>
	);
}

type Part = { readonly label: string; readonly color: string; readonly devices: number };

function RunningBar({ rows, allActive }: Omit<AdoptionProps, "days">) {
	const all = [...rows.releases, ...rows.apart];
	if (allActive === undefined || all.some(({ activeDevices }) => activeDevices === null)) {
		return (
			<>
				<div class="running-bar" aria-hidden="true" />
				<p class="muted small running-legend">Counting…</p>
			</>
		);
	}
	if (allActive === 0) return <p class="muted">No device was active.</p>;
	const parts = partsOf(all, allActive);
	const gone = badWithoutDevices(rows.releases);
	return (
		<>
			<div class="running-bar" aria-hidden="true">
				{parts.map(({ label, color, devices }) => (
					<span key={label} style={{ flexGrow: devices, background: `var(--${color})` }} title={label} />
				))}
			</div>
			<ul class="legend running-legend">
				{parts.map(({ label, color, devices }) => (
					<li key={label} title={formatDevices(devices)}>
						<span class="swatch" style={{ background: `var(--${color})` }} aria-hidden="true" />
						<span class="legend-name">{label}</span> <strong>{percent(devices / allActive)}</strong>
					</li>
				))}
				{gone.map(({ version, verdict }) => (
					<li key={version}>
						<span class="swatch" style={{ background: `var(--${versionColor(version)})` }} aria-hidden="true" />
						<span class="legend-name">{version}</span> <strong>{percent(0)}</strong> {verdict}: no device runs it
					</li>
				))}
			</ul>
		</>
	);
}

/** The largest parts in the order of the rows, and what is left. Counts are taken one after the other: none exceeds the whole. */
function partsOf(rows: readonly OverviewRow[], allActive: number): readonly Part[] {
	const running = rows.filter(({ activeDevices }) => (activeDevices ?? 0) > 0);
	const largest = new Set(
		running.toSorted((a, b) => (b.activeDevices ?? 0) - (a.activeDevices ?? 0)).slice(0, MAX_PARTS),
	);
	const named = running
		.filter((row) => largest.has(row))
		.map(({ version, activeDevices }) => ({
			label: version,
			color: versionColor(version),
			devices: Math.min(activeDevices ?? 0, allActive),
		}));
	const left = allActive - named.reduce((sum, { devices }) => sum + devices, 0);
	return left > 0 ? [...named, { label: "others, or not known", color: REST_COLOR, devices: left }] : named;
}

function seriesOf(releases: readonly OverviewRow[], days: readonly string[]): readonly Series[] {
	const tried = releases
		.map(({ version, trend }) => ({ version, values: trend?.map((day) => day.tried) ?? [] }))
		.filter(({ values }) => sum(values) > 0);
	const largest = new Set(tried.toSorted((a, b) => sum(b.values) - sum(a.values)).slice(0, MAX_PARTS));
	const shown = tried
		.filter((row) => largest.has(row))
		.map(({ version, values }) => ({ label: version, color: versionColor(version), values }));
	const rest = tried.filter((row) => !largest.has(row));
	if (rest.length === 0) return shown;
	const values = days.map((_, day) => sum(rest.map((row) => row.values[day] ?? 0)));
	return [...shown, { label: `${rest.length} others`, color: REST_COLOR, values }];
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
