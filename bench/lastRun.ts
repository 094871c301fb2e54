import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ROOT } from "../scripts/cli/steps.ts";
import type { Figure, FigurePart } from "./figures.ts";

/** What was measured of a part when it last ran. */
export type MeasuredPart = {
	/** The UTC day. */
	readonly measuredOn: string;
	readonly machine: string;
	readonly rounds: number;
	readonly figures: readonly Figure[];
};

/** The newest figures of each part. They are committed, and `npm run figures` writes them into the documents. */
export type LastRun = Partial<Readonly<Record<FigurePart, MeasuredPart>>>;

export const LAST_RUN = path.join(ROOT, "bench/lastRun.json");

const SIGNIFICANT_DIGITS = 4;

/** Reads what {@link keepParts} wrote; nothing where there is no such file. */
export async function readLastRun(file = LAST_RUN): Promise<LastRun> {
	return existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : {};
}

/** Puts the figures of the parts that were measured now in the place of their older ones. Those of other parts stay. */
export async function keepParts(figures: readonly Figure[], rounds: number, file: string): Promise<void> {
	const measured = Map.groupBy(figures, ({ part }) => part);
	const parts = [...measured].map(([part, ofPart]): [FigurePart, MeasuredPart] => [
		part,
		{
			measuredOn: new Date().toISOString().slice(0, 10),
			machine: machine(),
			rounds,
			figures: ofPart.map((figure) => ({ ...figure, values: figure.values.map(rounded) })),
		},
	]);
	const lastRun: LastRun = { ...(await readLastRun(file)), ...Object.fromEntries(parts) };
	await writeFile(file, `${formatLastRun(lastRun)}\n`);
}

/** A figure a line, so that a change can be read. */
function formatLastRun(lastRun: LastRun): string {
	const parts = Object.entries(lastRun).map(([part, { figures, ...measured }]) => {
		const lines = figures.map((figure) => `\t\t${JSON.stringify(figure)}`).join(",\n");
		return `\t${JSON.stringify(part)}: ${JSON.stringify(measured).slice(0, -1)},"figures":[\n${lines}\n\t]}`;
	});
	return `{\n${parts.join(",\n")}\n}`;
}

function rounded(value: number): number {
	return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

function machine(): string {
	const [cpu] = os.cpus();
	return `${os.cpus().length} cores (${cpu?.model}), ${process.platform}, Node ${process.versions.node}`;
}
