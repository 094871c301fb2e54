import { Deliveries } from "./deliveries.ts";
import { COUNTING_DESIGNS, withDesigns } from "./designs.ts";
import { type Figure, median } from "./figures.ts";
import { type Bench, type Measure, measureInRounds, type Point } from "./rounds.ts";

const IN_FLIGHT = [1, 80, 500] as const;

const DESIGNS = [...COUNTING_DESIGNS, "recipeOfThree"] as const;

/** The recipe's transactions wait for each other until most give up: at 80 at a time it takes 20 seconds, at 500 minutes. */
const MOST_IN_FLIGHT: ReadonlyMap<string, number> = new Map([
	["recipe", 80],
	["recipeOfThree", 1],
]);

const SLICE_SECONDS = 1.5;

/** Events to store for a design of which no speed is known yet. */
const FIRST_SLICE = 2_000;

/** The name of a point, for the bars. */
export function countingPoint(inFlight: (typeof IN_FLIGHT)[number]): string {
	return `the fleet's day, ${inFlight} at a time`;
}

/** How fast each design counts deliveries. Each has its own app, so none waits for another's counters. */
export function measureCounting(bench: Bench): Promise<readonly Figure[]> {
	return withDesigns(bench, DESIGNS, async (hosts) => {
		const apps = DESIGNS.map((design) => [design, new Deliveries(bench, `com.example.${design}`)] as const);
		const points: readonly Point[] = IN_FLIGHT.map((inFlight) => ({
			name: countingPoint(inFlight),
			designs: Object.fromEntries(
				apps
					.filter(([design]) => inFlight <= (MOST_IN_FLIGHT.get(design) ?? Number.POSITIVE_INFINITY))
					.map(([design, ofDesign]) => [design, measureSlice(ofDesign, hosts[design].url, inFlight)]),
			),
			...(inFlight > 1 && { measuredOnce: ["recipe"] }),
		}));
		const figures = await measureInRounds(bench, "counting", points, { warmUp: true });
		for (const [, app] of apps) await app.check();
		return figures;
	});
}

function measureSlice(deliveries: Deliveries, url: string, inFlight: number): Measure {
	let expected = FIRST_SLICE;
	return async () => {
		await deliveries.store(expected + inFlight);
		const { counted, statuses, latencies, seconds } = await deliveries.deliver(url, inFlight, SLICE_SECONDS);
		const perSecond = counted / seconds;
		expected = Math.ceil(perSecond * SLICE_SECONDS * 1.5);
		const refused = 1 - counted / statuses.length;
		return { "events/s": perSecond, "p50 ms": median(latencies), "refused %": 100 * refused };
	};
}
