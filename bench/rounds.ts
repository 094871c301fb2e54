import type { Firestore } from "@google-cloud/firestore";
import type { Suite } from "../scripts/suite/suite.ts";
import type { Figure, Part } from "./figures.ts";

/** What every part of the benchmark gets. */
export type Bench = {
	readonly suite: Pick<Suite, "projectId" | "firestoreHost">;
	readonly db: Firestore;
	readonly rounds: number;
	/** Tells what is going on. */
	readonly progress: (doing: string) => void;
};

/** Measures once, and tells what by unit: `{ "events/s": 3500 }`. */
export type Measure = () => Promise<Readonly<Record<string, number>>>;

/** A load, and what is measured under it: one measure for each design. */
export type Point = { readonly name: string; readonly designs: Readonly<Record<string, Measure>> };

/**
 * Measures each design at each point once a round, the designs of a point one after the other, so that all have the same
 * machine. Who comes first changes from round to round.
 *
 * @param options.warmUp Whether a round that isn't reported goes first: code that ran often enough is fast.
 */
export async function measureInRounds(
	{ rounds, progress }: Bench,
	part: Part,
	points: readonly Point[],
	options: { readonly warmUp: boolean },
): Promise<readonly Figure[]> {
	const values = new Map<string, Figure & { readonly values: number[] }>();
	for (let round = options.warmUp ? 0 : 1; round <= rounds; round += 1) {
		for (const { name: point, designs } of points) {
			for (const [design, measure] of rotated(Object.entries(designs), round)) {
				progress(`${part}, ${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${point}, ${design}`);
				const measured = await measure();
				if (round === 0) continue;
				for (const [unit, value] of Object.entries(measured)) {
					const key = JSON.stringify([point, design, unit]);
					const figure = values.get(key) ?? { part, point, design, unit, values: [] };
					figure.values.push(value);
					values.set(key, figure);
				}
			}
		}
	}
	return [...values.values()];
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
	const start = by % items.length;
	return [...items.slice(start), ...items.slice(0, start)];
}
