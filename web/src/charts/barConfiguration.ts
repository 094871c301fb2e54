import type { ChartConfiguration, Scale, TooltipItem } from "chart.js";
import { formatCount, formatShortCount } from "../../../metrics/format.ts";
import type { AxisTick, Bars } from "./bars.ts";
import type { Palette } from "./palette.ts";

/** A chart of so many pixels has room for the ticks that are shown when it is wide. */
const WIDE_PIXELS = 460;

/** What the chart library is told to draw, in the colours of the present theme. */
export function barConfiguration(
	{ labels, series, shape, axis, mark }: Bars,
	palette: Palette,
): ChartConfiguration<"bar", number[], string> {
	return {
		type: "bar",
		data: {
			labels: [...labels],
			datasets: series.map(({ label, color, values }) => ({
				label,
				data: [...values],
				backgroundColor: palette(color),
				borderRadius: 3,
				maxBarThickness: shape === "rows" ? 18 : 44,
				categoryPercentage: 0.8,
				barPercentage: 0.95,
			})),
		},
		options: {
			animation: false,
			responsive: true,
			maintainAspectRatio: false,
			indexAxis: shape === "rows" ? "y" : "x",
			interaction: { mode: "index", intersect: false, axis: shape === "rows" ? "y" : "x" },
			scales: scalesOf(shape, axis, palette),
			plugins: {
				tooltip: { ...tooltipOf(palette) },
				...(mark && { mark: { ...mark, color: palette("bad"), background: palette("surface-raised") } }),
			},
		},
	};
}

function scalesOf(shape: Bars["shape"], axis: Bars["axis"], palette: Palette) {
	const names = { stacked: true, border: { display: false }, grid: { display: false } };
	const numbers = {
		stacked: true,
		beginAtZero: true,
		border: { display: false },
		grid: { color: palette("border") },
		ticks: {
			color: palette("muted"),
			precision: 0,
			maxTicksLimit: 5,
			callback: (value: number | string) => formatShortCount(Number(value)),
		},
	};
	const nameTicks = { color: palette("muted"), maxRotation: 0, autoSkipPadding: 12 };
	return shape === "rows"
		? { x: { ...numbers, ticks: { ...numbers.ticks } }, y: { ...names, ticks: { ...nameTicks, autoSkip: false } } }
		: { x: axis ? axisOf(axis, palette) : { ...names, ticks: nameTicks }, y: numbers };
}

function axisOf(axis: readonly AxisTick[], palette: Palette) {
	const lineAt = (column: number) => axis[column]?.shown === "with a line";
	return {
		stacked: true,
		border: { display: false },
		grid: {
			drawTicks: false,
			// Else a line is drawn halfway to the tick before it that is shown, hours away.
			offset: false,
			color: ({ tick }: { tick?: { value: number } }) =>
				tick && lineAt(tick.value) ? palette("border-strong") : "transparent",
		},
		ticks: {
			color: palette("muted"),
			maxRotation: 0,
			autoSkip: false,
			callback(this: Scale, value: number | string) {
				const { text, shown = "never" } = axis[Number(value)] ?? {};
				return shown === "never" || (shown === "when wide" && this.chart.width < WIDE_PIXELS) ? null : text;
			},
		},
	};
}

function tooltipOf(palette: Palette) {
	return {
		backgroundColor: palette("surface-raised"),
		titleColor: palette("text"),
		bodyColor: palette("text"),
		borderColor: palette("border-strong"),
		borderWidth: 1,
		padding: 10,
		boxPadding: 4,
		filter: ({ raw }: TooltipItem<"bar">) => raw !== 0,
		callbacks: {
			label: ({ dataset, raw }: TooltipItem<"bar">) => ` ${dataset.label ?? ""}: ${formatCount(Number(raw))}`,
		},
	};
}
