import type { Chart, ChartConfiguration, TooltipItem } from "chart.js";
import { useEffect, useRef } from "preact/hooks";
import { formatCount, formatShortCount } from "../../../metrics/format.ts";
import { THEME_CHANGED } from "../ui/theme.ts";
import { type Palette, readPalette } from "./palette.ts";
import "./charts.css";

/** A row of bars, one for each label. `color` is a name of the style sheet. */
export type Series = { readonly label: string; readonly color: string; readonly values: readonly number[] };

type BarChartProps = {
	/** What the chart shows, for those who can't see it. */
	readonly description: string;
	readonly labels: readonly string[];
	readonly series: readonly Series[];
	readonly shape: "columns" | "rows";
	readonly height: number;
	/** A line before one of the columns, with what it says. */
	readonly mark?: Mark;
};

type Mark = { readonly index: number; readonly text: string };

/** A chart of stacked bars. The library that draws it is loaded with the first chart. */
export function BarChart({ description, labels, series, shape, height, mark }: BarChartProps) {
	const canvas = useRef<HTMLCanvasElement>(null);
	const chart = useRef<Chart<"bar"> | null>(null);
	const content = JSON.stringify([labels, series, shape, mark]);

	// The content stands for the labels and series, which are new objects at each render.
	useEffect(() => {
		let isGone = false;
		const draw = async () => {
			const { Chart: ChartClass } = await import("./chartjs.ts");
			if (isGone || canvas.current === null) return;
			const configuration = configurationOf(labels, series, shape, mark, readPalette());
			if (chart.current === null) {
				chart.current = new ChartClass(canvas.current, configuration);
				return;
			}
			chart.current.data = configuration.data;
			chart.current.options = configuration.options ?? {};
			chart.current.update("none");
		};
		draw();
		addEventListener(THEME_CHANGED, draw);
		const systemTheme = matchMedia("(prefers-color-scheme: dark)");
		systemTheme.addEventListener("change", draw);
		return () => {
			isGone = true;
			removeEventListener(THEME_CHANGED, draw);
			systemTheme.removeEventListener("change", draw);
		};
	}, [content]);

	useEffect(
		() => () => {
			chart.current?.destroy();
			chart.current = null;
		},
		[],
	);

	return (
		<div class={`chart chart-${shape}`} style={{ height: `${height}px` }}>
			<canvas ref={canvas} role="img" aria-label={description} />
		</div>
	);
}

function configurationOf(
	labels: readonly string[],
	series: readonly Series[],
	shape: BarChartProps["shape"],
	mark: Mark | undefined,
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
			scales: scalesOf(shape, palette),
			plugins: {
				tooltip: { ...tooltipOf(palette) },
				...(mark && { mark: { ...mark, color: palette("bad"), background: palette("surface-raised") } }),
			},
		},
	};
}

function scalesOf(shape: BarChartProps["shape"], palette: Palette) {
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
		: { x: { ...names, ticks: nameTicks }, y: numbers };
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
