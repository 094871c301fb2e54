import { FLAGS } from "../../functions/src/devices/flags.ts";
import type { ExpectedCounts } from "./expectedCounts.ts";
import type { ExpectedDevices } from "./expectedDevices.ts";

/** A table for people: a row for each action, a column for each version; in brackets the development part. */
export function countsTable({ versions }: Pick<ExpectedCounts, "versions">): string {
	const actions = new Set(Object.values(versions).flatMap((version) => Object.keys(version.actions)));
	return table(Object.keys(versions), [...actions].sort(inNaturalOrder), (version, action) => ({
		all: versions[version]?.actions[action],
		ofDev: versions[version]?.dev_actions[action],
	}));
}

/** The same of devices: a row for each flag that a device can have. */
export function devicesTable(versions: ExpectedDevices): string {
	return table(Object.keys(versions), FLAGS, (version, flag) => ({
		all: versions[version]?.devices[flag],
		ofDev: versions[version]?.dev_devices[flag],
	}));
}

type Cell = { readonly all: number | undefined; readonly ofDev: number | undefined };

function table<Row extends string>(
	versions: readonly string[],
	rows: readonly Row[],
	cellOf: (version: string, row: Row) => Cell,
): string {
	const columns = versions.toSorted(inNaturalOrder);
	return alignColumns([
		["", ...columns],
		...rows.map((row) => [row, ...columns.map((column) => text(cellOf(column, row)))]),
	]);
}

function text({ all, ofDev }: Cell): string {
	if (all === undefined) return "";
	return ofDev === undefined ? String(all) : `${all} (${ofDev})`;
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
