import { INSTALL_ACTION } from "../../../metrics/definitions.ts";
import type { VersionSummary } from "../../../metrics/overview.ts";
import { BarChart, type Series } from "../charts/BarChart.tsx";
import { FiguresTable } from "../charts/FiguresTable.tsx";
import { Legend } from "../charts/Legend.tsx";
import { SERIES_COLORS } from "../charts/palette.ts";
import { formatDay } from "../ui/format.ts";

/** Versions with a colour of their own; the rest is one. */
const MAX_SERIES = 5;

type InstallsChartProps = { readonly days: readonly string[]; readonly summaries: readonly VersionSummary[] };

/** The installs of each day by version: whether the new one takes over. */
export function InstallsChart({ days, summaries }: InstallsChartProps) {
	const series = seriesOf(days, summaries);
	const labels = days.map(formatDay);
	return (
		<section class="card" aria-labelledby="installs-heading">
			<div class="card-head">
				<h2 id="installs-heading">Installs per day</h2>
				<Legend series={series} />
			</div>
			<BarChart
				description={`Installs per day by version, the last ${days.length} days. The table below holds the same figures.`}
				labels={labels}
				series={series}
				shape="columns"
				height={190}
			/>
			<FiguresTable caption="Installs per day by version" heading="Day" labels={labels} series={series} />
		</section>
	);
}

function seriesOf(days: readonly string[], summaries: readonly VersionSummary[]): readonly Series[] {
	const byInstalls = summaries
		.map(({ version, trend }) => ({ label: version, values: trend.map(({ counts }) => counts[INSTALL_ACTION] ?? 0) }))
		.filter(({ values }) => sum(values) > 0)
		.sort((a, b) => sum(b.values) - sum(a.values));
	const shown = byInstalls
		.slice(0, MAX_SERIES)
		.map((row, index) => ({ ...row, color: SERIES_COLORS[index] ?? "series-8" }));
	const rest = byInstalls.slice(MAX_SERIES);
	if (rest.length === 0) return shown;
	const values = days.map((_, day) => sum(rest.map((row) => row.values[day] ?? 0)));
	return [...shown, { label: `${rest.length} others`, color: "series-8", values }];
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
