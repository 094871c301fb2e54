import { COUNT_MAX_INSTANCES, STATS_MAX_INSTANCES } from "../functions/src/config.ts";
import { settingDefault } from "../scripts/cli/settingDefault.ts";
import { type BarName, checkBar, checkBars } from "./bars.ts";
import { countingPoint } from "./counting.ts";
import { DASHBOARD_MEANINGS } from "./dashboardFigures.ts";
import { type Figure, type FigureName, findFigure, median } from "./figures.ts";
import type { Rhythm } from "./fleetTraffic.ts";
import { INGEST_POINTS, NEW_DEVICES } from "./ingest.ts";
import type { LastRun } from "./lastRun.ts";
import { MEMORY_POINTS } from "./memory.ts";
import { DOLLARS, operationsPoint } from "./operations.ts";
import { dollarsPerMillionEvents, type PricedLocation } from "./prices.ts";
import { limitText, short, spread } from "./report.ts";
import { DETECTIONS, LIMIT_RATES, percent, RATES, SCHEDULES, SIZES_BEFORE, VERDICT_FIGURES } from "./verdicts.ts";

/** The documents that hold figures, in the project's folder. */
export const DOCUMENTS = [
	"README.md",
	"docs/benchmarks.md",
	"docs/operations.md",
	"docs/dashboard.md",
	"docs/verdicts.md",
] as const;

const UNKNOWN = "–";

/** Instances sustain what was measured, less this part for caution. */
const CAUTION = 0.5;

const RHYTHMS: Readonly<Record<Rhythm, string>> = {
	day: "a fleet's day",
	singles: "plugins that send each event alone",
	"arrays of 20": "arrays of 20",
};

const RHYTHM_NAMES = Object.keys(RHYTHMS) as Rhythm[];

/** The head of a table with a column for each rhythm. */
const RHYTHM_COLUMNS = ["", "the day of plugin 8.51.23", RHYTHMS.singles, RHYTHMS["arrays of 20"]];

/** The parts of the documents that are made of the last run, by the names that their markers have. */
export const BLOCKS: Readonly<Record<string, (figures: readonly Figure[], lastRun: LastRun) => string>> = {
	headline: (figures) => {
		const times = (name: BarName) => barValue(figures, name);
		return table(
			["", ""],
			[
				[
					"dollars per million events under load, at list prices",
					`$${times("fleetDayDollars")} for a fleet's day with the newest plugin, $${times("arraysDollars")} in arrays of 20`,
				],
				[
					"counting, 80 deliveries at a time, devices included",
					`${times("beyondTransaction")} times a transaction an event, ${times("beyondRecipe")} times the documentation's recipe one at a time`,
				],
				["a lone event", `counted in ${times("loneEvent")} of the time of one read and one commit`],
				[
					"taking single events; arrays of 20",
					`${times("beyondFloor")} and ${times("arraysBeyondFloor")} times a function that only stores the body`,
				],
			],
		);
	},

	runs: (_figures, lastRun) => {
		const runs = Map.groupBy(Object.entries(lastRun), ([, { measuredOn, machine, rounds }]) =>
			[measuredOn, machine, rounds === 1 ? "one round" : `${rounds} rounds`].join(", "),
		);
		return [...runs].map(([run, parts]) => `- ${parts.map(([part]) => part).join(", ")}: ${run}`).join("\n");
	},

	promises: (figures) =>
		table(
			["promise", "bar", "measured"],
			checkBars(figures)
				.filter(({ part }) => part !== "verdicts")
				.map(({ promise, limit, value, holds }) => [
					promise,
					limitText(limit),
					holds ? short(value) : `**${short(value)}**: not held`,
				]),
		),

	costs: (figures) => {
		const cost = (rhythm: Rhythm, inFlight: 500 | 80 | 1, design = "countEvent", isDetailed = false) => {
			const point = operationsPoint(rhythm, inFlight);
			const of = (unit: string) => middleOf(figures, { part: "operations", point, design, unit });
			if (of(DOLLARS) === undefined) return "";
			const dollars = inDollars(of(DOLLARS));
			if (!isDetailed) return dollars;
			const [writes, reads, requests] = ["writes", "reads", "requests"].map((what) => twoDigits(of(`${what}/event`)));
			return `${dollars} (${writes} writes, ${reads} reads, ${requests} requests)`;
		};
		const rhythms = Object.entries(RHYTHMS) as [Rhythm, string][];
		const rivals = [
			["transaction", "a transaction"],
			["readAndCommit", "a read and a commit"],
		] as const;
		return table(
			["", "500 deliveries at a time, the default", "80 at a time", "each event alone in its commit"],
			[
				...rhythms.map(([rhythm, title]) => [
					title,
					cost(rhythm, 500, "countEvent", true),
					cost(rhythm, 80),
					cost(rhythm, 1),
				]),
				...rivals.map(([design, title]) => [
					`a fleet's day, counted by ${title} an event`,
					"",
					cost("day", 80, design, true),
					cost("day", 1, design),
				]),
			],
		);
	},

	operations: (figures) => {
		const row = (unit: string, text: (value: number | undefined) => string) =>
			RHYTHM_NAMES.map((rhythm) => text(operations(figures, rhythm, 500, unit)));
		return table(RHYTHM_COLUMNS, [
			["writes: the event's document, the mark that it is counted", ...RHYTHM_NAMES.map(() => "2")],
			["writes: its device, and the counters", ...row("writes/event", (writes) => twoDigits(less(writes, 2)))],
			["reads: its device, and an earlier event of the same content", ...row("reads/event", twoDigits)],
			["requests to `stats` and deliveries to `countEvent`", ...row("requests/event", twoDigits)],
			["deletions after the retention, of devices too", ...row("deletions/event", twoDigits)],
			["**in all**", ...row(DOLLARS, (dollars) => `**${inDollars(dollars)}**`)],
		]);
	},

	multiRegions: (figures) => {
		const locations = ["nam5", "eur3"] as const;
		return table(
			RHYTHM_COLUMNS,
			locations.map((location) => [
				`in all, with the database in ${location}`,
				...RHYTHM_NAMES.map((rhythm) => inDollars(dollarsAt(figures, rhythm, location))),
			]),
		);
	},

	smallCommits: (figures) => {
		const dollars = (inFlight: 500 | 80 | 1) => operations(figures, "day", inFlight, DOLLARS);
		return (
			`With 80 deliveries at a time a million events cost ${inDollars(less(dollars(80), dollars(500)))} more, and an event ` +
			`that is alone in its commit ${inDollars(less(dollars(1), dollars(500)))} more.`
		);
	},

	sustained: (figures) => {
		const perSecond = (value: number | undefined, instances: number) =>
			value === undefined
				? UNKNOWN
				: `${Number((value * CAUTION * instances).toPrecision(2)).toLocaleString("en")} a second`;
		const taken = (point: keyof typeof INGEST_POINTS) => ingestValue(figures, point, "stats", "events/s");
		const counted = countingValue(figures, 500, "countEvent", "events/s");
		const dollars = (rhythm: Rhythm) => inDollars(operations(figures, rhythm, 500, DOLLARS));
		return table(
			["", "one instance", "the default maximum", "a million events cost"],
			[
				[
					"`stats`, single events",
					perSecond(taken("single"), 1),
					perSecond(taken("single"), settingDefault(STATS_MAX_INSTANCES)),
					dollars("singles"),
				],
				[
					"`stats`, arrays of 20",
					perSecond(taken("array"), 1),
					perSecond(taken("array"), settingDefault(STATS_MAX_INSTANCES)),
					dollars("arrays of 20"),
				],
				[
					"`countEvent`",
					perSecond(counted, 1),
					`${perSecond(counted, settingDefault(COUNT_MAX_INSTANCES))}; Eventarc's 10 MB/s of some 1.5 KB events come at about 6,500`,
					"within the above",
				],
			],
		);
	},

	counting: (figures) => {
		const designs = {
			countEvent: "this design",
			readAndCommit: "a read and a commit an event",
			transaction: "a transaction an event",
			recipe: "the recipe, one counter",
			recipeOfThree: "the recipe, three",
		};
		const cell = (design: string, inFlight: 1 | 80 | 500) => {
			const [speed, delay, refused] = (["events/s", "p50 ms", "refused %"] as const).map((unit) =>
				countingValue(figures, inFlight, design, unit),
			);
			if (speed === undefined || delay === undefined) return "";
			if (refused !== undefined && refused >= 50) return `fails: ${Math.round(refused)} % refused`;
			return `${short(speed)}, ${short(delay)} ms`;
		};
		return table(
			["deliveries at a time", ...Object.values(designs)],
			([1, 80, 500] as const).map((inFlight) => [
				String(inFlight),
				...Object.keys(designs).map((design) => cell(design, inFlight)),
			]),
		);
	},

	ingest: (figures) => {
		const row = (title: string, point: keyof typeof INGEST_POINTS, design: string) => {
			const of = (unit: string) => ingestValue(figures, point, design, unit);
			const known = (unit: string) => shortOr(of(unit));
			const delays = ["p50 ms", "p95 ms", "p99 ms"].map((unit) => `${known(unit)} ms`);
			return [title, known("requests/s"), known("events/s"), ...delays];
		};
		return table(
			["", "requests/s", "events/s", "p50", "p95", "p99"],
			[
				row("single events", "single", "stats"),
				row("single events of new devices", "single", NEW_DEVICES),
				row("arrays of 20", "array", "stats"),
				row("the floor beside single events: one `set` of the parsed body", "single", "floor"),
				row("the floor beside arrays, which takes single events: a document can't be an array", "array", "floor"),
			],
		);
	},

	memory: (figures) => {
		const row = (title: string, design: keyof typeof MEMORY_POINTS) => {
			const of = (unit: string) => middleOf(figures, { part: "memory", point: MEMORY_POINTS[design], design, unit });
			return [title, `${shortOr(of("MiB at rest"))} MiB`, `${shortOr(of("MiB at most"))} MiB`];
		};
		return table(
			["an instance of", "at rest", "at most"],
			[
				row("`countEvent` that counts 500 deliveries at a time", "countEvent"),
				row("`stats` that takes 80 bodies of the largest size at a time, while a commit takes 5 s", "stats"),
			],
		);
	},

	growth: (figures) => {
		const points = figures.filter(({ part, design }) => part === "growth" && design === "growing app");
		return table(
			["the app", "events/s", "an app that has just begun"],
			points.map((figure) => [
				figure.point,
				short(median(figure.values)),
				shortOr(middleOf(figures, { ...figure, design: "young app" })),
			]),
		);
	},

	coldStart: (figures) =>
		table(
			["a new process loads", "ms"],
			figures.filter(({ part }) => part === "coldStart").map(({ design, values }) => [design, short(median(values))]),
		),

	falseAlarms: (figures) => {
		const of = (schedule: string, rate: number, before?: number) =>
			shortOr(middleOf(figures, VERDICT_FIGURES.falseAlarms(schedule, rate, before)));
		return table(
			["devices and looks", "true rate", "limit", ...SIZES_BEFORE.map((size) => `${size.toLocaleString("en")} before`)],
			SCHEDULES.flatMap(({ name }) =>
				LIMIT_RATES.map((rate, index) => [
					index === 0 ? name : "",
					percent(rate),
					of(name, rate),
					...SIZES_BEFORE.map((size) => (RATES.some((one) => one === rate) ? of(name, rate, size) : "")),
				]),
			),
		);
	},

	detections: (figures) =>
		table(
			["release", "bar", "measured"],
			(["half", "fifth", "tenth", "late", "worse"] as const).map((name) => {
				const bar = checkBar(figures, name);
				return [DETECTIONS[name].name, bar ? limitText(bar.limit) : "", shortOr(bar?.value)];
			}),
		),

	judging: (figures) =>
		`Judging 50 releases of 90 days, each with the one before, takes ${barValue(figures, "judging")} ms.`,

	dashboard: (figures) =>
		table(
			["", "median (least to most)"],
			Object.entries(DASHBOARD_MEANINGS).flatMap(([unit, meaning]) => {
				const figure = figures.find((one) => one.part === "dashboard" && one.unit === unit);
				return figure ? [[meaning, `${spread(figure.values)}${/^(ms|kB)/.exec(unit)?.[0].padStart(3) ?? ""}`]] : [];
			}),
		),
};

/** What stands between the markers of a block. */
export const BLOCK = /(<!-- figures: (\w+) -->\n)[\s\S]*?(<!-- \/figures -->)/g;

/**
 * A document with its blocks as the last run has them.
 *
 * @param markdown Blocks stand between `<!-- figures: NAME -->` and `<!-- /figures -->`, each a line of its own.
 * @throws Error when there is no block of a name.
 */
export function withFigures(markdown: string, lastRun: LastRun): string {
	const figures = Object.values(lastRun).flatMap((part) => part.figures);
	return markdown.replace(BLOCK, (_all, begin: string, name: string, end: string) => {
		const block = BLOCKS[name];
		if (!block) throw new Error(`There are no figures "${name}": choose of ${Object.keys(BLOCKS).join(", ")}.`);
		return `${begin}${block(figures, lastRun)}\n${end}`;
	});
}

function middleOf(figures: readonly Figure[], name: FigureName): number | undefined {
	const figure = findFigure(figures, name);
	return figure && median(figure.values);
}

function barValue(figures: readonly Figure[], name: BarName): string {
	return shortOr(checkBar(figures, name)?.value);
}

function operations(figures: readonly Figure[], rhythm: Rhythm, inFlight: 500 | 80 | 1, unit: string) {
	return middleOf(figures, {
		part: "operations",
		point: operationsPoint(rhythm, inFlight),
		design: "countEvent",
		unit,
	});
}

/** What a million events cost under load where the database is elsewhere. */
function dollarsAt(figures: readonly Figure[], rhythm: Rhythm, location: PricedLocation): number | undefined {
	const [write, read, deletion, request] = ["writes/event", "reads/event", "deletions/event", "requests/event"].map(
		(unit) => operations(figures, rhythm, 500, unit),
	);
	if (write === undefined || read === undefined || deletion === undefined || request === undefined) return undefined;
	return dollarsPerMillionEvents({ write, read, deletion, request }, location);
}

function countingValue(figures: readonly Figure[], inFlight: 1 | 80 | 500, design: string, unit: string) {
	return middleOf(figures, { part: "counting", point: countingPoint(inFlight), design, unit });
}

function ingestValue(figures: readonly Figure[], point: keyof typeof INGEST_POINTS, design: string, unit: string) {
	return middleOf(figures, { part: "ingest", point: INGEST_POINTS[point], design, unit });
}

function shortOr(value: number | undefined): string {
	return value === undefined ? UNKNOWN : short(value);
}

function twoDigits(value: number | undefined): string {
	return value === undefined ? UNKNOWN : value.toFixed(2);
}

function inDollars(value: number | undefined): string {
	return `$${twoDigits(value)}`;
}

function less(value: number | undefined, by: number | undefined): number | undefined {
	return value === undefined || by === undefined ? undefined : value - by;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]) => `|${cells.map((cell) => (cell === "" ? " |" : ` ${cell} |`)).join("")}`;
	return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
