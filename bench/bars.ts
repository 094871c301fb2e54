import { countingPoint } from "./counting.ts";
import { type Figure, type FigureName, findFigure, median, ratio } from "./figures.ts";
import type { Rhythm } from "./fleetTraffic.ts";
import { growthPoint } from "./growth.ts";
import { INGEST_POINTS, NEW_DEVICES } from "./ingest.ts";
import { MEMORY_POINTS, PART_OF_MEMORY } from "./memory.ts";
import { DOLLARS, operationsPoint } from "./operations.ts";
import { VERDICT_FIGURES } from "./verdicts.ts";

/** A quarter of an instance's memory stays free. */
const MOST_PART_OF_MEMORY = 0.75;

/** What the project promises of its speed, cost and verdicts. */
type Bar = {
	readonly promise: string;
	readonly limit: { readonly atLeast: number } | { readonly atMost: number };
	readonly figure: FigureName;
	/** What the figure is divided by; the figure's own median counts where there is none. */
	readonly rival?: FigureName;
};

/** A bar, held against what was measured. */
export type CheckedBar = Pick<Bar, "promise" | "limit"> &
	Pick<Figure, "part"> & { readonly value: number; readonly holds: boolean };

const counting = (design: string, inFlight: 1 | 80 | 500, unit: "events/s" | "p50 ms" = "events/s"): FigureName => ({
	part: "counting",
	point: countingPoint(inFlight),
	design,
	unit,
});

const ingest = (point: keyof typeof INGEST_POINTS, design: string, unit: string): FigureName => ({
	part: "ingest",
	point: INGEST_POINTS[point],
	design,
	unit,
});

const dollars = (rhythm: Rhythm): FigureName => ({
	part: "operations",
	point: operationsPoint(rhythm, 500),
	design: "countEvent",
	unit: DOLLARS,
});

const memory = (design: "countEvent" | "stats"): FigureName => ({
	part: "memory",
	point: MEMORY_POINTS[design],
	design,
	unit: PART_OF_MEMORY,
});

const growth = (events: 1_000 | 90_000): FigureName => ({
	part: "growth",
	point: growthPoint(events),
	design: "growing app",
	unit: "events/s",
});

const BARS = {
	fleetDayDollars: {
		promise: "Dollars per million events of a fleet's day, under load",
		limit: { atMost: 3.1 },
		figure: dollars("day"),
	},
	singlesDollars: {
		promise: "Dollars per million events, each sent alone",
		limit: { atMost: 3.5 },
		figure: dollars("singles"),
	},
	arraysDollars: {
		promise: "Dollars per million events in arrays of 20",
		limit: { atMost: 2.45 },
		figure: dollars("arrays of 20"),
	},
	beyondTransaction: {
		promise: "Counts 80 deliveries at a time as many times as fast as a transaction an event",
		limit: { atLeast: 6 },
		figure: counting("countEvent", 80),
		rival: counting("transaction", 80),
	},
	beyondRecipe: {
		promise: "Counts 80 deliveries at a time as many times as fast as the documentation's recipe one at a time",
		limit: { atLeast: 20 },
		figure: counting("countEvent", 80),
		rival: counting("recipe", 1),
	},
	at500: {
		promise: "Is no slower at 500 deliveries at a time than at 80",
		limit: { atLeast: 1 },
		figure: counting("countEvent", 500),
		rival: counting("countEvent", 80),
	},
	loneEvent: {
		promise: "Counts a lone event hardly later than one read and one commit do",
		limit: { atMost: 1.3 },
		figure: counting("countEvent", 1, "p50 ms"),
		rival: counting("readAndCommit", 1, "p50 ms"),
	},
	growth: {
		promise: "Counts the last 10,000 of 100,000 events as fast as those after the first 1,000",
		limit: { atLeast: 0.8 },
		figure: growth(90_000),
		rival: growth(1_000),
	},
	beyondFloor: {
		promise: "Takes single events as many times as fast as a function that only stores the body",
		limit: { atLeast: 2 },
		figure: ingest("single", "stats", "requests/s"),
		rival: ingest("single", "floor", "requests/s"),
	},
	arraysBeyondFloor: {
		promise: "Takes events in arrays of 20 as many times as fast as that function takes them",
		limit: { atLeast: 10 },
		figure: ingest("array", "stats", "events/s"),
		rival: ingest("array", "floor", "events/s"),
	},
	newDevices: {
		// It does the same for both; what is below 1 is chance.
		promise: "Takes events of new devices as fast as those of known ones",
		limit: { atLeast: 0.9 },
		figure: ingest("single", NEW_DEVICES, "requests/s"),
		rival: ingest("single", "stats", "requests/s"),
	},
	countingMemory: {
		promise: "Counts 500 deliveries at a time in this part of an instance's memory",
		limit: { atMost: MOST_PART_OF_MEMORY },
		figure: memory("countEvent"),
	},
	takingMemory: {
		promise: "Takes 80 bodies of the largest size at a time, on a slow database, in this part of its memory",
		limit: { atMost: MOST_PART_OF_MEMORY },
		figure: memory("stats"),
	},
	falseAlarms: {
		promise: "Of releases that are as good as they must be, % ever called bad, at most",
		limit: { atMost: 5 },
		figure: VERDICT_FIGURES.highestFalseAlarms,
	},
	half: {
		promise: "Devices until half of them failing is called, limit 5 %",
		limit: { atMost: 6 },
		figure: VERDICT_FIGURES.detection("half"),
	},
	fifth: {
		promise: "Devices until 20 % is called",
		limit: { atMost: 40 },
		figure: VERDICT_FIGURES.detection("fifth"),
	},
	tenth: {
		promise: "Devices until 10 % is called",
		limit: { atMost: 300 },
		figure: VERDICT_FIGURES.detection("tenth"),
	},
	late: {
		promise: "Devices until 20 % is called that begins after 13 good days",
		limit: { atMost: 110 },
		figure: VERDICT_FIGURES.detection("late"),
	},
	worse: {
		promise: "Devices until 3 % is called worse than 1 % before",
		limit: { atMost: 500 },
		figure: VERDICT_FIGURES.detection("worse"),
	},
	scenarioWorse: {
		promise: "Calls 15 of 170 worse than 7 of 420",
		limit: { atLeast: 1 },
		figure: VERDICT_FIGURES.scenario("worse"),
	},
	scenarioTooEarly: {
		promise: "Calls neither 5 of 84 nor 4 of 104 before",
		limit: { atLeast: 1 },
		figure: VERDICT_FIGURES.scenario("tooEarly"),
	},
	scenarioLateOutage: {
		promise: "Calls an outage after 13 good days since its day",
		limit: { atLeast: 1 },
		figure: VERDICT_FIGURES.scenario("lateOutage"),
	},
	judging: {
		promise: "Milliseconds to judge 50 releases of 90 days",
		limit: { atMost: 100 },
		figure: VERDICT_FIGURES.judging,
	},
} as const satisfies Readonly<Record<string, Bar>>;

export type BarName = keyof typeof BARS;

/** Checks every bar whose figures are there. */
export function checkBars(figures: readonly Figure[]): readonly CheckedBar[] {
	return (Object.keys(BARS) as BarName[]).flatMap((name) => checkBar(figures, name) ?? []);
}

/** Checks a bar; undefined where its figures are not there. */
export function checkBar(figures: readonly Figure[], name: BarName): CheckedBar | undefined {
	const bar: Bar = BARS[name];
	const { promise, limit } = bar;
	const figure = findFigure(figures, bar.figure);
	const rival = bar.rival && findFigure(figures, bar.rival);
	if (!figure || (bar.rival && !rival)) return undefined;
	const value = rival ? ratio(figure, rival) : median(figure.values);
	const holds = "atLeast" in limit ? value >= limit.atLeast : value <= limit.atMost;
	return { part: figure.part, promise, limit, value, holds };
}
