import { useState } from "preact/hooks";
import { DAY_MS, HOUR_MS } from "../../../functions/src/events/time.ts";
import { formatCount } from "../../../metrics/format.ts";
import { type HourCounts, hoursBetween, type Onset, outcomeOf } from "../../../metrics/releaseOnset.ts";
import { BarChart } from "../charts/BarChart.tsx";
import type { AxisTick } from "../charts/bars.ts";
import { FiguresTable } from "../charts/FiguresTable.tsx";
import { Legend } from "../charts/Legend.tsx";
import { useNow } from "../ui/now.tsx";
import { formatHour, formatHourTick } from "./formatHour.ts";
import { outcomeSeries } from "./outcomeSeries.ts";
import type { ReleaseData } from "./useRelease.ts";

const SHOWN_HOURS = 48;

type HoursChartProps = { readonly data: ReleaseData; readonly onset: Onset | null };

/** The devices that tried a release, failed or crashed in each of 48 hours: the last ones, or those around the beginning of the failures. */
export function HoursChart({ data: { days }, onset }: HoursChartProps) {
	const now = useNow();
	const [isRecent, setIsRecent] = useState(false);
	const isLongAgo = onset !== null && onset.at < now - SHOWN_HOURS * HOUR_MS;
	const isAround = isLongAgo && !isRecent;
	const to = isAround ? onset.at + (SHOWN_HOURS / 2 - 1) * HOUR_MS : now;
	const hours = days === undefined ? undefined : hoursBetween(days, to - (SHOWN_HOURS - 1) * HOUR_MS, to);
	const isShown = onset !== null && hours?.some(({ at }) => at === onset.at);
	return (
		<section class="card" aria-labelledby="hours-heading">
			<div class="card-head">
				<div>
					<h2 id="hours-heading">{isAround ? "The hours around the beginning" : `The last ${SHOWN_HOURS} hours`}</h2>
					<p class="muted small">
						{isShown
							? `It began in the hour from ${formatHour(onset.at)} on.`
							: "Production devices by the hour in which they tried it, or got into trouble with it. UTC."}
					</p>
				</div>
				{isLongAgo && (
					<div class="segments">
						<button type="button" aria-pressed={isAround} onClick={() => setIsRecent(false)}>
							When it began
						</button>
						<button type="button" aria-pressed={!isAround} onClick={() => setIsRecent(true)}>
							Now
						</button>
					</div>
				)}
			</div>
			{hours === undefined ? (
				<p class="muted">Loading…</p>
			) : (
				<Hours hours={hours} mark={isShown ? hours.findIndex(({ at }) => at === onset.at) : null} />
			)}
		</section>
	);
}

/** The axis names midnight by its day, with a line where the day changes, and some hours between. */
function shownOnAxis(at: number): AxisTick["shown"] {
	if (at % DAY_MS === 0) return "with a line";
	if (at % (12 * HOUR_MS) === 0) return "always";
	return at % (6 * HOUR_MS) === 0 ? "when wide" : "never";
}

function Hours({ hours, mark }: { readonly hours: readonly HourCounts[]; readonly mark: number | null }) {
	const series = outcomeSeries(hours.map(({ devices }) => outcomeOf(devices)));
	if (series.length === 0)
		return <p class="muted">No production device tried it in these hours, and none got into trouble.</p>;
	const labels = hours.map(({ at }) => formatHour(at));
	const total = (index: number) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0);
	const marked = mark === null ? "" : ` Failures began at ${formatHourTick(hours[mark]?.at ?? 0)}.`;
	return (
		<>
			<BarChart
				description={`Devices by hour, ${formatCount(hours.reduce((sum, _, index) => sum + total(index), 0))} in all.${marked} The table below holds the same figures.`}
				labels={labels}
				axis={hours.map(({ at }) => ({ text: formatHourTick(at), shown: shownOnAxis(at) }))}
				series={series}
				shape="columns"
				height={210}
				{...(mark !== null && { mark: { index: mark, text: `began ${formatHourTick(hours[mark]?.at ?? 0)}` } })}
			/>
			<Legend series={series} />
			<FiguresTable caption="Devices by hour" heading="Hour, UTC" labels={labels} series={series} />
		</>
	);
}
