import type { Firestore } from "@google-cloud/firestore";
import type { Suite } from "../scripts/emulators/suite.ts";
import { type Figure, findFigure, type Part } from "./figures.ts";

/** What every part of the benchmark gets. */
export type Bench = {
	readonly suite: Pick<Suite, "projectId" | "firestoreHost">;
	readonly db: Firestore;
	readonly rounds: number;
	/** Tells what is going on. */
	readonly progress: (doing: string) => void;
	/** Ends the benchmark before its time. */
	readonly signal: AbortSignal;
};

/** Measures once, and tells what by unit: `{ "events/s": 3500 }`. */
export type Measure = () => Promise<Readonly<Record<string, number>>>;

/** A load, and what is measured under it: one measure for each design. */
export type Point = {
	readonly name: string;
	readonly designs: Readonly<Record<string, Measure>>;
	/** The designs that are so slow here that one round has to do. */
	readonly measuredOnce?: readonly string[];
};

/**
 * Measures each design at each point once a round, the designs of a point one after the other, so that all have the same
 * machine. Who comes first changes from round to round.
 *
 * @param options.warmUp Whether a round that isn't reported goes first: code that ran often enough is fast.
 * @returns The figures in the order of the points and of their designs.
 */
export async function measureInRounds(
	bench: Bench,
	part: Part,
	points: readonly Point[],
	options: { readonly warmUp: boolean },
): Promise<readonly Figure[]> {
	const rounds: Figure[][] = [];
	for (let round = options.warmUp ? 0 : 1; round <= bench.rounds; round += 1) {
		const title = `${part}, ${round === 0 ? "warm-up" : `round ${round} of ${bench.rounds}`}`;
		const figures = await measureRound(bench, part, points, round, title);
		if (round > 0) rounds.push(figures);
	}
	const [first = []] = rounds;
	return first.map((figure) => ({
		...figure,
		values: rounds.flatMap((figures) => findFigure(figures, figure)?.values ?? []),
	}));
}

async function measureRound(
	{ progress, signal }: Bench,
	part: Part,
	points: readonly Point[],
	round: number,
	title: string,
): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const { name: point, designs, measuredOnce = [] } of points) {
		const measured = new Map<string, Readonly<Record<string, number>>>();
		for (const [design, measure] of rotated(Object.entries(designs), round)) {
			if (measuredOnce.includes(design) && round !== 1) continue;
			signal.throwIfAborted();
			progress(`${title}: ${point}, ${design}`);
			measured.set(design, await measure());
		}
		for (const design of Object.keys(designs)) {
			for (const [unit, value] of Object.entries(measured.get(design) ?? {})) {
				figures.push({ part, point, design, unit, values: [value] });
			}
		}
	}
	return figures;
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
	const start = by % items.length;
	return [...items.slice(start), ...items.slice(0, start)];
}
