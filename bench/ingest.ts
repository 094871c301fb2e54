import { STATS_CONCURRENCY } from "../functions/src/config.ts";
import { settingDefault } from "../scripts/cli/settingDefault.ts";
import { withDesigns } from "./designs.ts";
import { type Figure, quantile } from "./figures.ts";
import { httpPost, sendLoad } from "./load.ts";
import { type Bench, type Measure, measureInRounds, type Point } from "./rounds.ts";

/** Requests at a time. */
const IN_FLIGHT = settingDefault(STATS_CONCURRENCY);

const SLICE_SECONDS = 2;

const FLEET = 2_000;

/** Requests to make up for a design of which no speed is known yet. */
const FIRST_SLICE = 2_000;

/** Events in an array, as the bars have it. The plugin sends what happened within a second, up to 200. */
const ARRAY = 20;

export const INGEST_POINTS = {
	single: "1 event a request",
	array: `${ARRAY} events a request`,
} as const;

/** The name under which `stats` is measured with events of devices that were never seen. */
export const NEW_DEVICES = "stats, new devices";

/**
 * How many requests `stats` takes, and how fast it answers, against a function that only stores the body. A document
 * can't be an array, so the floor gets single events throughout.
 */
export function measureIngest(bench: Bench): Promise<readonly Figure[]> {
	return withDesigns(bench, ["stats", "floor"], async ({ stats, floor }) => {
		const traffic = new Traffic();
		bench.progress("ingest: the fleet's first contact");
		await traffic.introduceFleet(stats.url);

		const designs = (events: number) => ({
			stats: measureSlice(traffic, stats.url, events, "known"),
			[NEW_DEVICES]: measureSlice(traffic, stats.url, events, "new"),
			floor: measureSlice(traffic, floor.url, 1, "known"),
		});
		const points: readonly Point[] = [
			{ name: INGEST_POINTS.single, designs: designs(1) },
			{ name: INGEST_POINTS.array, designs: designs(ARRAY) },
		];
		return measureInRounds(bench, "ingest", points, { warmUp: true });
	});
}

function measureSlice(traffic: Traffic, url: string, events: number, devices: Devices): Measure {
	let expected = FIRST_SLICE;
	return async () => {
		const requests = Array.from({ length: expected }, () => traffic.request(events, devices));
		const { statuses, latencies, seconds } = await sendLoad({
			url,
			requests,
			inFlight: IN_FLIGHT,
			seconds: SLICE_SECONDS,
		});
		const failed = statuses.find((status) => status !== 200);
		if (failed !== undefined) throw new Error(`A request was answered with ${failed}.`);
		const perSecond = statuses.length / seconds;
		expected = Math.ceil(perSecond * SLICE_SECONDS * 1.5);
		return {
			"requests/s": perSecond,
			"events/s": perSecond * events,
			"p50 ms": quantile(latencies, 0.5),
			"p95 ms": quantile(latencies, 0.95),
			"p99 ms": quantile(latencies, 0.99),
		};
	};
}

/** Whether requests come from the fleet, device by device, or each from a device that was never seen. */
type Devices = "known" | "new";

/** Makes up requests of the current plugin. No event of them is sent twice. */
export class Traffic {
	readonly #startedAt = Date.now();
	#requests = { known: 0, new: 0 };
	#events = 0;

	/** Sends an event of each device of the fleet, which is then known. */
	async introduceFleet(url: string): Promise<void> {
		const requests = Array.from({ length: FLEET }, () => this.request(1, "known"));
		await sendLoad({ url, requests, inFlight: IN_FLIGHT, seconds: Number.POSITIVE_INFINITY });
	}

	request(events: number, devices: Devices): Buffer {
		const number = this.#requests[devices];
		this.#requests[devices] += 1;
		const device = devices === "known" ? number % FLEET : FLEET + number;
		const body = Array.from({ length: events }, () => this.#event(device));
		const json = JSON.stringify(events === 1 ? body[0] : body);
		return httpPost("/", { "Content-Type": "application/json" }, Buffer.from(json));
	}

	#event(device: number) {
		this.#events += 1;
		return {
			platform: "android",
			device_id: `0b5f3a52-6c1e-4a43-9d53-${String(device).padStart(12, "0")}`,
			app_id: "com.example.shop",
			version_build: "3.4.0",
			version_code: "30400",
			version_os: "15",
			version_name: "3.4.7",
			plugin_version: "8.51.14",
			is_emulator: false,
			is_prod: true,
			install_source: "play_store",
			defaultChannel: "",
			action: "app_moved_to_foreground",
			// Each its own: two equal events of a device in one millisecond are one event.
			timestamp: this.#startedAt - this.#events,
		};
	}
}
