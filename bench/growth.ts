import { Deliveries } from "./deliveries.ts";
import { withDesigns } from "./designs.ts";
import type { Figure } from "./figures.ts";
import type { Bench } from "./rounds.ts";

const IN_FLIGHT = 80;

const SLICE = 1_000;

/** The number of events that the app has when the speed is measured: from here on, for ten slices. */
export const GROWTH_POINTS = [1_000, 10_000, 90_000] as const;

const SLICES_A_POINT = 10;

/** How fast events of one hot version are counted while the app grows from 1,000 to 100,000 events. */
export function measureGrowth(bench: Bench): Promise<readonly Figure[]> {
	return withDesigns(bench, ["countEvent"], async ({ countEvent: { url } }) => {
		const deliverSlice = async (deliveries: Deliveries) => {
			bench.signal.throwIfAborted();
			await deliveries.store(SLICE);
			const { counted, seconds } = await deliveries.deliver(url, IN_FLIGHT, Number.POSITIVE_INFINITY);
			return counted / seconds;
		};
		const warmUp = new Deliveries(bench, "com.example.warmup", 1);
		for (let slice = 0; slice < SLICES_A_POINT; slice += 1) {
			bench.progress(`growth, warm-up: ${slice * SLICE} events`);
			await deliverSlice(warmUp);
		}

		const deliveries = new Deliveries(bench, "com.example.growing", 1);
		const speeds: number[] = [];
		const last = Math.max(...GROWTH_POINTS) / SLICE + SLICES_A_POINT;
		while (speeds.length < last) {
			bench.progress(`growth: ${speeds.length * SLICE} events`);
			speeds.push(await deliverSlice(deliveries));
		}
		await deliveries.check();
		return GROWTH_POINTS.map((events) => ({
			part: "growth",
			point: `from ${events} events on`,
			design: "countEvent",
			unit: "events/s",
			values: speeds.slice(events / SLICE, events / SLICE + SLICES_A_POINT),
		}));
	});
}
