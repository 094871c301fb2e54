import {
	BarController,
	BarElement,
	CategoryScale,
	Chart,
	type ChartType,
	LinearScale,
	type Plugin,
	Tooltip,
} from "chart.js";
import { barConfiguration } from "./barConfiguration.ts";
import type { Bars } from "./bars.ts";
import { readPalette } from "./palette.ts";

/** A line before a column, and what it says. */
type MarkOptions = {
	readonly index: number;
	readonly text: string;
	readonly color: string;
	readonly background: string;
};

declare module "chart.js" {
	interface PluginOptionsByType<TType extends ChartType> {
		mark?: MarkOptions;
	}
}

/** Space between the line and its text, in pixels. */
const MARK_GAP = 5;

const markPlugin: Plugin<"bar", MarkOptions> = {
	id: "mark",
	afterDatasetsDraw: ({ ctx, chartArea, scales: { x } }, _, { index, text, color, background }) => {
		if (index === undefined || x === undefined) return;
		const left = x.getPixelForValue(index) - x.width / (x.max - x.min + 1) / 2;
		ctx.save();
		ctx.strokeStyle = color;
		ctx.setLineDash([4, 3]);
		ctx.beginPath();
		ctx.moveTo(left, chartArea.top);
		ctx.lineTo(left, chartArea.bottom);
		ctx.stroke();
		ctx.font = "600 12px system-ui, sans-serif";
		ctx.textBaseline = "top";
		const textWidth = ctx.measureText(text).width;
		const at = left - MARK_GAP - textWidth > chartArea.left ? left - MARK_GAP - textWidth : left + MARK_GAP;
		ctx.fillStyle = background;
		ctx.fillRect(at - 2, chartArea.top - 1, textWidth + 4, 15);
		ctx.fillStyle = color;
		ctx.fillText(text, at, chartArea.top);
		ctx.restore();
	},
};

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip, markPlugin);

/** Draws bars, or draws them anew where a chart is there already. */
export function drawBars(canvas: HTMLCanvasElement, chart: Chart<"bar"> | null, bars: Bars): Chart<"bar"> {
	const configuration = barConfiguration(bars, readPalette());
	if (chart === null) return new Chart(canvas, configuration);
	chart.data = configuration.data;
	chart.options = configuration.options ?? {};
	chart.update("none");
	return chart;
}
