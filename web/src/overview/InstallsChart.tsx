import { INSTALL_ACTION } from "../../../metrics/definitions.ts";
import { formatDay } from "../../../metrics/format.ts";
import type { VersionSummary } from "../../../metrics/overview.ts";
import { BarChart, type Series } from "../charts/BarChart.tsx";
import { FiguresTable } from "../charts/FiguresTable.tsx";
import { Legend } from "../charts/Legend.tsx";
import { SERIES_COLORS } from "../charts/palette.ts";

/** The newest versions have a colour each; the others share this one. */
const REST_COLOR = "series-8";

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
	const installed = summaries
		.map(({ version, trend }) => ({ label: version, values: trend.map(({ counts }) => counts[INSTALL_ACTION] ?? 0) }))
		.filter(({ values }) => sum(values) > 0);
	const shown = installed
		.slice(0, SERIES_COLORS.length)
		.map((row, index) => ({ ...row, color: SERIES_COLORS[index] ?? REST_COLOR }));
	const rest = installed.slice(SERIES_COLORS.length);
	if (rest.length === 0) return shown;
	const values = days.map((_, day) => sum(rest.map((row) => row.values[day] ?? 0)));
	return [...shown, { label: `${rest.length} others`, color: REST_COLOR, values }];
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
