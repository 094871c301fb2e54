import { styleText } from "node:util";
import type { CheckedBar } from "./bars.ts";
import { type Figure, median, ratio } from "./figures.ts";

/** The figures as tables, one a part: a row for each point and unit, a column for each design. */
export function figureTables(figures: readonly Figure[]): string {
	const parts = Map.groupBy(figures, ({ part }) => part);
	return [...parts].map(([part, ofPart]) => `${styleText("bold", part)}\n${figureTable(ofPart)}`).join("\n\n");
}

function figureTable(figures: readonly Figure[]): string {
	const designs = [...new Set(figures.map(({ design }) => design))];
	const rows = [...Map.groupBy(figures, ({ point, unit }) => JSON.stringify([point, unit])).values()];
	const cells = rows.map((row) => {
		const [own] = designs.flatMap((design) => row.find((figure) => figure.design === design) ?? []);
		const { point = "", unit = "" } = row[0] ?? {};
		const values = designs.map((design) =>
			cell(
				row.find((figure) => figure.design === design),
				own,
			),
		);
		return [point, unit, ...values];
	});
	return table([["", "", ...designs], ...cells]);
}

/** A figure's median; of a rival also how many times as large the first design's figure is. */
function cell(figure: Figure | undefined, own: Figure | undefined): string {
	if (!figure) return "";
	const value = short(median(figure.values));
	return own === undefined || own === figure ? value : `${value} (${short(ratio(own, figure))}×)`;
}

/** The bars as a table. */
export function barTable(bars: readonly CheckedBar[]): string {
	return table(
		bars.map(({ promise, limit, value, holds }) => [
			holds ? styleText("green", "✔") : styleText("red", "✖"),
			promise,
			limitText(limit),
			short(value),
		]),
	);
}

export function limitText(limit: CheckedBar["limit"]): string {
	return "atLeast" in limit ? `≥ ${limit.atLeast}` : `≤ ${limit.atMost}`;
}

/** The median, and the least and the most where they differ. */
export function spread(values: readonly number[]): string {
	const [least, most] = [Math.min(...values), Math.max(...values)];
	return least === most ? short(least) : `${short(median(values))} (${short(least)} to ${short(most)})`;
}

/** A figure for people, with the digits that mean something. */
export function short(value: number): string {
	if (Number.isNaN(value)) return "–";
	return value.toLocaleString("en", { maximumSignificantDigits: value >= 1_000 ? 4 : 3 });
}

function table(rows: readonly (readonly string[])[]): string {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	const line = (row: readonly string[]) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ");
	return rows.map((row) => line(row).trimEnd()).join("\n");
}
