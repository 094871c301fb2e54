import path from "node:path";
import { openFirestore } from "../functions/src/firestore/client.ts";
import { type OptionValues, runCommand } from "../scripts/cli/command.ts";
import { ExplainedError } from "../scripts/cli/explainedError.ts";
import { progressLine } from "../scripts/cli/progressLine.ts";
import { buildFunctions, seconds, step } from "../scripts/cli/steps.ts";
import { stopSignals } from "../scripts/cli/stopSignals.ts";
import { startSuite } from "../scripts/emulators/suite.ts";
import { checkBars } from "./bars.ts";
import { measureColdStart } from "./coldStart.ts";
import { measureCounting } from "./counting.ts";
import { EMULATOR_PARTS, type EmulatorPart, type Figure, PARTS, type Part } from "./figures.ts";
import { measureGrowth } from "./growth.ts";
import { measureIngest } from "./ingest.ts";
import { keepParts, LAST_RUN } from "./lastRun.ts";
import { measureMemory } from "./memory.ts";
import { measureOperations } from "./operations.ts";
import { barTable, figureTables } from "./report.ts";
import type { Bench } from "./rounds.ts";
import { measureVerdicts } from "./verdicts.ts";

const USAGE = `Measures this project's functions against their rivals, hosted as Cloud Run hosts them, on the official
Firestore emulator, and how often the verdicts on simulated releases are wrong. docs/benchmarks.md and docs/verdicts.md
tell what is measured. Close what else uses the machine.

Usage: npm run bench
       npm run bench -- --only counting    one part: ${PARTS.join(", ")}
       npm run bench -- --rounds 9         default: 5
       npm run bench -- --json FILE        where the figures go, in the place of older ones of the same parts,
                                           default: bench/lastRun.json

"npm run figures" writes the figures of bench/lastRun.json into the documents. It ends with exit code 1 when a bar does not hold.`;

const MEASURES: Readonly<Record<EmulatorPart, (bench: Bench) => Promise<readonly Figure[]>>> = {
	coldStart: measureColdStart,
	operations: measureOperations,
	counting: measureCounting,
	ingest: measureIngest,
	memory: measureMemory,
	growth: measureGrowth,
};

const signal = stopSignals();
const OPTIONS = {
	only: { type: "string", multiple: true },
	rounds: { type: "string", default: "5" },
	json: { type: "string", default: LAST_RUN },
} as const;

await runCommand({ usage: USAGE, options: OPTIONS, run: main }, signal);

async function main(options: OptionValues<typeof OPTIONS>): Promise<number> {
	const parts = chosenParts(options.only ?? []);
	const rounds = chosenRounds(options.rounds);
	const start = performance.now();
	const figures: Figure[] = [];
	// Kept as they come: what fails later takes nothing away.
	const keep = async (measured: readonly Figure[]) => {
		figures.push(...measured);
		await keepParts(measured, rounds, options.json);
	};
	if (parts.includes("verdicts")) await keep(await step("verdicts", simulateVerdicts));
	await measureOnEmulator(
		EMULATOR_PARTS.filter((part) => parts.includes(part)),
		rounds,
		keep,
	);
	const bars = checkBars(figures);
	console.log(`\n${figureTables(figures)}\n\n${barTable(bars)}\n`);
	console.log(`Took ${seconds(start)}. The figures are in ${path.relative(process.cwd(), options.json)}.`);
	return bars.every(({ holds }) => holds) ? 0 : 1;
}

function simulateVerdicts(): Promise<readonly Figure[]> {
	return measureVerdicts({ progress: progressLine, signal });
}

async function measureOnEmulator(
	parts: readonly EmulatorPart[],
	rounds: number,
	keep: (measured: readonly Figure[]) => Promise<void>,
): Promise<void> {
	if (parts.length === 0) return;
	await step("Build the functions", buildFunctions);
	const suite = await step("Start the Firestore emulator", () => startSuite({ emulators: ["firestore"], signal }));
	// The Firestore client of this process reads the emulator's place from the environment.
	Object.assign(process.env, suite.environment);
	const db = openFirestore(suite.projectId);
	try {
		for (const part of parts) {
			await deleteDocuments(suite);
			await keep(await step(part, () => MEASURES[part]({ suite, db, rounds, progress: progressLine, signal })));
		}
	} finally {
		await db.terminate();
		await step("Stop the emulator", suite.stop);
	}
}

function chosenParts(only: readonly string[]): readonly Part[] {
	const unknown = only.find((name) => !PARTS.some((part) => part === name));
	if (unknown !== undefined) throw new ExplainedError(`There is no part "${unknown}": choose of ${PARTS.join(", ")}.`);
	return only.length === 0 ? PARTS : PARTS.filter((part) => only.includes(part));
}

function chosenRounds(text: string): number {
	const rounds = Number(text);
	if (Number.isInteger(rounds) && rounds >= 1) return rounds;
	throw new ExplainedError(`--rounds is "${text}": give a whole number from 1 on.`);
}

/** Each part starts on an empty database. */
async function deleteDocuments({ firestoreHost, projectId }: Bench["suite"]): Promise<void> {
	const documents = `http://${firestoreHost}/emulator/v1/projects/${projectId}/databases/(default)/documents`;
	const response = await fetch(documents, { method: "DELETE" });
	if (!response.ok) throw new Error(`The emulator did not delete its documents: ${response.status}`);
}
