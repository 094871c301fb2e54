import { type Cell, toCsv } from "../../../metrics/csv.ts";

type ExportButtonProps = {
	/** The file's name, without its ending. */
	readonly name: string;
	readonly header: readonly string[];
	/** It is called when the button is pressed. */
	readonly rows: () => readonly (readonly Cell[])[];
};

/** Saves what a view shows as CSV. */
export function ExportButton({ name, header, rows }: ExportButtonProps) {
	return (
		<button type="button" class="button" onClick={() => saveCsv(name, header, rows())}>
			Export CSV
		</button>
	);
}

/** Saves a table as a CSV file of a name that any system takes. */
export function saveCsv(name: string, header: readonly string[], rows: readonly (readonly Cell[])[]): void {
	save(`${safeName(name)}.csv`, toCsv(header, rows));
}

function save(fileName: string, csv: string): void {
	// Excel takes a file for UTF-8 only when it begins with a byte order mark.
	const url = URL.createObjectURL(new Blob(["\uFEFF", csv], { type: "text/csv;charset=utf-8" }));
	const link = document.createElement("a");
	link.href = url;
	link.download = fileName;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

function safeName(name: string): string {
	return name.replace(/[^\w.-]+/g, "-");
}
