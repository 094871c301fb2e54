/** The parts of the benchmark that need the Firestore emulator, in the order in which they run. */
export const EMULATOR_PARTS = ["coldStart", "operations", "counting", "ingest", "memory", "growth"] as const;

/** All parts of the benchmark. The verdicts are computed, not measured on anything. */
export const PARTS = ["verdicts", ...EMULATOR_PARTS] as const;

export type EmulatorPart = (typeof EMULATOR_PARTS)[number];

export type Part = (typeof PARTS)[number];

/** The dashboard is measured by a command of its own. */
export type FigurePart = Part | "dashboard";

/** One figure of the benchmark, with its value in each round. */
export type Figure = {
	readonly part: FigurePart;
	/** Under which load it was measured: `1 version, 80 at a time`. */
	readonly point: string;
	/** Whose it is: a function of this project, or one of its rivals. */
	readonly design: string;
	readonly unit: string;
	readonly values: readonly number[];
};

/** Names one figure. */
export type FigureName = Omit<Figure, "values">;

/** The value in the middle; the mean of both where there are two. NaN of nothing. */
export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length / 2;
	return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The value below which this part (0 to 1) of the values lies. NaN of nothing. */
export function quantile(values: readonly number[], part: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/**
 * How many times one figure is another, by the median of the rounds: both sides of a round were measured one after the
 * other, so a machine that slows down meanwhile slows both.
 */
export function ratio(figure: Figure, rival: Figure): number {
	return median(
		figure.values.flatMap((value, round) => {
			const rivalValue = rival.values[round];
			return rivalValue === undefined ? [] : [value / rivalValue];
		}),
	);
}

/** The figure of that name; undefined when it was not measured. */
export function findFigure(figures: readonly Figure[], name: FigureName): Figure | undefined {
	return figures.find(
		({ part, point, design, unit }) =>
			part === name.part && point === name.point && design === name.design && unit === name.unit,
	);
}
