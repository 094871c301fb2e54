import type { Chart } from "chart.js";
import { useEffect, useRef } from "preact/hooks";
import { THEME_CHANGED } from "../ui/theme.ts";
import type { Bars } from "./bars.ts";
import "./charts.css";

type BarChartProps = Bars & {
	/** What the chart shows, for those who can't see it. */
	readonly description: string;
	readonly height: number;
};

/** A chart of stacked bars. The library that draws it is loaded with the first chart. */
export function BarChart({ description, labels, series, shape, height, axis, mark }: BarChartProps) {
	const canvas = useRef<HTMLCanvasElement>(null);
	const chart = useRef<Chart<"bar"> | null>(null);
	const content = JSON.stringify([labels, series, shape, axis, mark]);

	// The content stands for the labels and series, which are new objects at each render.
	useEffect(() => {
		let isGone = false;
		const draw = async () => {
			const { drawBars } = await import("./chartjs.ts");
			if (isGone || canvas.current === null) return;
			chart.current = drawBars(canvas.current, chart.current, { labels, series, shape, axis, mark });
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
