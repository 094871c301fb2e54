import { useRef, useState } from "preact/hooks";
import type { Cell } from "../../../metrics/csv.ts";
import { formatCount } from "../../../metrics/format.ts";
import type { QuerySpec } from "../../../metrics/queries.ts";
import { useDatabase } from "../data/database.ts";
import { readAll } from "../data/pages.ts";
import { saveCsv } from "./ExportButton.tsx";
import "./exportAll.css";

type ExportAllProps<T> = {
	/** The file's name, without its ending. */
	readonly name: string;
	readonly header: readonly string[];
	/** Finds what is exported, all of it. */
	readonly spec: QuerySpec;
	readonly rows: (documents: readonly T[]) => readonly (readonly Cell[])[];
	/** How many documents it finds; undefined until they are counted. */
	readonly total: number | undefined;
};

/** Reads everything that a query finds, whatever the page shows of it, and saves it as CSV. It tells how far it came. */
export function ExportAll<T>({ name, header, spec, rows, total }: ExportAllProps<T>) {
	const database = useDatabase();
	const [progress, setProgress] = useState<string | null>(null);
	const stop = useRef<AbortController | null>(null);
	const of = total === undefined ? "" : ` of ${formatCount(total)}`;

	const exportAll = async () => {
		const controller = new AbortController();
		stop.current = controller;
		setProgress(`Reading${of}…`);
		try {
			const documents = await readAll<T>(database, spec, controller.signal, (read) =>
				setProgress(`${formatCount(read)}${of} read…`),
			);
			saveCsv(name, header, rows(documents));
			setProgress(null);
		} catch (error) {
			setProgress(controller.signal.aborted ? null : `It failed: ${error instanceof Error ? error.message : error}`);
		} finally {
			stop.current = null;
		}
	};

	const isReading = stop.current !== null;
	return (
		<span class="export-all">
			{progress !== null && (
				<span class="muted small" role="status">
					{progress}
				</span>
			)}
			<button
				type="button"
				class="button"
				disabled={total === 0}
				onClick={() => (isReading ? stop.current?.abort() : void exportAll())}
			>
				{isReading ? "Stop" : `Export all${total === undefined ? "" : ` ${formatCount(total)}`}`}
			</button>
		</span>
	);
}
