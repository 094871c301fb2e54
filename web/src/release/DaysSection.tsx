import { allDevices, productionDevices } from "../../../functions/src/releases/productionDevices.ts";
import { daysBetween } from "../../../metrics/days.ts";
import { trendOf } from "../../../metrics/definitions.ts";
import { formatDay } from "../../../metrics/format.ts";
import { outcomeOf } from "../../../metrics/releaseOnset.ts";
import { useNavigation } from "../address/navigation.tsx";
import { BarChart } from "../charts/BarChart.tsx";
import { FiguresTable } from "../charts/FiguresTable.tsx";
import { Legend } from "../charts/Legend.tsx";
import { ExportButton } from "../ui/ExportButton.tsx";
import { ActionsChart } from "./ActionsChart.tsx";
import { dayHeader, dayRows } from "./dayCsv.ts";
import { outcomeSeries } from "./outcomeSeries.ts";
import type { ReleaseData } from "./useRelease.ts";

type DaysSectionProps = {
	readonly app: string;
	readonly version: string;
	readonly range: { readonly from: string; readonly to: string };
	readonly data: ReleaseData;
};

/** The days of the range: what became of the devices that tried the release on each, and all that was reported. */
export function DaysSection({ app, version, range, data: { days } }: DaysSectionProps) {
	const { audience } = useNavigation().address;
	const names = daysBetween(range.from, range.to);
	if (days === undefined || names.some((day) => !days.has(day))) {
		return <p class="card muted">The days are on their way…</p>;
	}
	const documents = names.flatMap((day) => days.get(day) ?? []);
	const byDay = new Map(documents.map((document) => [document.day, document]));
	const devices = names.map((day) => {
		const document = byDay.get(day) ?? {};
		return audience === "all" ? allDevices(document) : productionDevices(document);
	});
	const series = outcomeSeries(devices.map(outcomeOf));
	const labels = names.map(formatDay);
	const trend = trendOf(names, documents, audience);
	return (
		<>
			<section class="card" aria-labelledby="days-heading">
				<div class="card-head">
					<div>
						<h2 id="days-heading">By day</h2>
						<p class="muted small">
							Devices by the UTC day on which they first tried it, with all that became of them since.
						</p>
					</div>
					<ExportButton
						name={`${app}-${version}-days`}
						header={dayHeader(trend)}
						rows={() => dayRows(trend, devices)}
					/>
				</div>
				{series.length === 0 ? (
					<p class="muted">No device tried it first in these days.</p>
				) : (
					<>
						<BarChart
							description="Devices by day and what became of them. The table below holds the same figures."
							labels={labels}
							series={series}
							shape="columns"
							height={200}
						/>
						<Legend series={series} />
						<FiguresTable caption="Devices by day" heading="Day" labels={labels} series={series} />
					</>
				)}
			</section>
			<ActionsChart trend={trend} />
		</>
	);
}
