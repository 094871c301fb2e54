/** A cell of a table. Null and undefined are empty cells. */
export type Cell = string | number | boolean | null | undefined;

/**
 * A table as CSV by RFC 4180. Text that a spreadsheet would run as a formula gets an apostrophe in front: the names in it
 * come from devices, so anybody may have chosen them (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
	return [header, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(cell: Cell): string {
	if (cell === null || cell === undefined) return "";
	const text = typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
