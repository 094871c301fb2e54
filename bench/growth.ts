import { Deliveries } from "./deliveries.ts";
import { withDesigns } from "./designs.ts";
import type { Figure } from "./figures.ts";
import type { Bench } from "./rounds.ts";

const IN_FLIGHT = 80;

const SLICE = 1_000;

const SLICES_A_POINT = 10;

/** The number of events that the app has when it is measured: from there on for ten slices. */
const POINTS = [1_000, 90_000] as const;

/** So many events until the emulator is as fast as it gets. */
const WARM_UP_SLICES = 15;

/** The name of a point, for the bars. */
export function growthPoint(events: (typeof POINTS)[number]): string {
	return `from ${events.toLocaleString("en")} events on`;
}

/**
 * How fast events of one hot version are counted while the app grows to 100,000 events. After each slice of the growing
 * app comes one of an app that has just begun, in the same database: what slows both down is not the app's size.
 */
export function measureGrowth(bench: Bench): Promise<readonly Figure[]> {
	return withDesigns(bench, ["countEvent"], async ({ countEvent: { url } }) => {
		for (let slice = 0; slice < WARM_UP_SLICES; slice += 1) {
			bench.progress(`growth, warm-up: slice ${slice + 1} of ${WARM_UP_SLICES}`);
			await deliverSlice(bench, await youngApp(bench, `warmup${slice}`, url), url);
		}
		const growing = await youngApp(bench, "growing", url);
		const figures: Figure[] = [];
		let events = 0;
		for (const point of POINTS) {
			for (; events < point; events += SLICE) {
				bench.progress(`growth: ${events.toLocaleString("en")} events`);
				await deliverSlice(bench, growing, url);
			}
			const speeds = { growing: [] as number[], young: [] as number[] };
			for (let slice = 0; slice < SLICES_A_POINT; slice += 1, events += SLICE) {
				bench.progress(`growth: ${events.toLocaleString("en")} events, measuring`);
				speeds.growing.push(await deliverSlice(bench, growing, url));
				speeds.young.push(await deliverSlice(bench, await youngApp(bench, `young${events}`, url), url));
			}
			const figure = { part: "growth", point: growthPoint(point), unit: "events/s" } as const;
			figures.push({ ...figure, design: "growing app", values: speeds.growing });
			figures.push({ ...figure, design: "young app", values: speeds.young });
		}
		await growing.check();
		return figures;
	});
}

/** An app with its counters and hardly an event. */
async function youngApp(bench: Bench, name: string, url: string): Promise<Deliveries> {
	const app = new Deliveries(bench, `com.example.${name}`);
	await app.store(1);
	await app.deliver(url, 1, Number.POSITIVE_INFINITY);
	return app;
}

/** Delivers a slice of events and tells how many were counted a second. */
async function deliverSlice({ signal }: Bench, app: Deliveries, url: string): Promise<number> {
	signal.throwIfAborted();
	await app.store(SLICE);
	const { counted, seconds } = await app.deliver(url, IN_FLIGHT, Number.POSITIVE_INFINITY);
	return counted / seconds;
}
