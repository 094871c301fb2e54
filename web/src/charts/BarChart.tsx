import type { Chart, ChartConfiguration, TooltipItem } from "chart.js";
import { useEffect, useRef } from "preact/hooks";
import { formatCount, formatShortCount } from "../../../metrics/format.ts";
import { THEME_CHANGED } from "../ui/theme.ts";
import { type Palette, readPalette } from "./palette.ts";

/** A row of bars, one for each label. `color` is a name of the style sheet. */
export type Series = { readonly label: string; readonly color: string; readonly values: readonly number[] };

type BarChartProps = {
	/** What the chart shows, for those who can't see it. */
	readonly description: string;
	readonly labels: readonly string[];
	readonly series: readonly Series[];
	/** `spark` is a small chart in a row of a table, without axes. */
	readonly shape: "columns" | "rows" | "spark";
	readonly height: number;
};

/** A chart of stacked bars. The library that draws it is loaded with the first chart. */
export function BarChart({ description, labels, series, shape, height }: BarChartProps) {
	const canvas = useRef<HTMLCanvasElement>(null);
	const chart = useRef<Chart<"bar"> | null>(null);
	const content = JSON.stringify([labels, series, shape]);

	// The content stands for the labels and series, which are new objects at each render.
	useEffect(() => {
		let isGone = false;
		const draw = async () => {
			const { Chart: ChartClass } = await import("./chartjs.ts");
			if (isGone || canvas.current === null) return;
			const configuration = configurationOf(labels, series, shape, readPalette());
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
	palette: Palette,
): ChartConfiguration<"bar", number[], string> {
	const isSpark = shape === "spark";
	return {
		type: "bar",
		data: {
			labels: [...labels],
			datasets: series.map(({ label, color, values }) => ({
				label,
				data: [...values],
				backgroundColor: palette(color),
				borderRadius: isSpark ? 1 : 3,
				maxBarThickness: shape === "rows" ? 18 : 44,
				categoryPercentage: isSpark ? 0.95 : 0.8,
				barPercentage: isSpark ? 0.85 : 0.95,
			})),
		},
		options: {
			animation: false,
			responsive: true,
			maintainAspectRatio: false,
			indexAxis: shape === "rows" ? "y" : "x",
			interaction: { mode: "index", intersect: false, axis: shape === "rows" ? "y" : "x" },
			scales: isSpark ? sparkScales() : scalesOf(shape, palette),
			plugins: { tooltip: { enabled: !isSpark, ...tooltipOf(palette) } },
		},
	};
}

function sparkScales() {
	return {
		x: { display: false, stacked: true },
		y: { display: false, stacked: true, beginAtZero: true },
	} as const;
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
