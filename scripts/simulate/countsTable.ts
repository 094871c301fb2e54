import type { ExpectedCounts } from "./expectedCounts.ts";

/** A table for people: a row for each action, a column for each version; in brackets the development part. */
export function countsTable({ versions }: ExpectedCounts): string {
	const columns = Object.keys(versions).sort(inNaturalOrder);
	const actions = new Set(Object.values(versions).flatMap((version) => Object.keys(version.actions)));
	const rows = [...actions].sort(inNaturalOrder).map((action) => [
		action,
		...columns.map((version) => {
			const count = versions[version]?.actions[action];
			const ofDev = versions[version]?.dev_actions[action];
			return count === undefined ? "" : ofDev === undefined ? String(count) : `${count} (${ofDev})`;
		}),
	]);
	return alignColumns([["", ...columns], ...rows]);
}

function inNaturalOrder(a: string, b: string): number {
	return a.localeCompare(b, "en", { numeric: true });
}

/** The first column to the left, the others to the right. */
function alignColumns(rows: readonly (readonly string[])[]): string {
	const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
	const widths = rows[0]?.map((_, column) => width(column)) ?? [];
	return rows
		.map((row) =>
			row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
		)
		.map((row) => row.join("  ").trimEnd())
		.join("\n");
}
