import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import {
	COUNT_CONCURRENCY,
	COUNT_MEMORY_MIB,
	DEFAULT_MAX_BODY_BYTES,
	STATS_CONCURRENCY,
	STATS_MEMORY_MIB,
} from "../functions/src/config.ts";
import { MAX_TEXT_LENGTH } from "../functions/src/events/sizes.ts";
import { settingDefault } from "../scripts/cli/settingDefault.ts";
import { startFirestoreProxy } from "../scripts/emulators/firestoreProxy.ts";
import { Deliveries } from "./deliveries.ts";
import { hostDesign } from "./designs.ts";
import type { Figure } from "./figures.ts";
import { httpPost, sendLoad } from "./load.ts";
import { type Bench, type Measure, measureInRounds, type Point } from "./rounds.ts";

const COUNTING_IN_FLIGHT = settingDefault(COUNT_CONCURRENCY);

const DELIVERIES = 8_000;

const MAX_SECONDS = 5;

/** One delivery at a time creates the counters: 500 at a time that each want to create them would stand in a queue. */
const PRIMING_SECONDS = 0.5;

const BODIES_IN_FLIGHT = settingDefault(STATS_CONCURRENCY);

const BODIES = 160;

const SLOW_COMMIT_MS = 5_000;

const SAMPLE_INTERVAL_MS = 100;

const KIB_A_MIB = 1_024;

/** The names of the points, for the bars. */
export const MEMORY_POINTS = {
	countEvent: `the fleet's day, ${COUNTING_IN_FLIGHT} deliveries at a time`,
	stats: `${BODIES_IN_FLIGHT} bodies of the largest size at a time, ${SLOW_COMMIT_MS / 1_000} s a commit`,
} as const;

/** The unit of the part of an instance's memory, as it is deployed by default, that it takes at the most: 0 to 1. */
export const PART_OF_MEMORY = "part of its memory";

/** What a new instance holds in memory before its first request, and at the most under a load. */
export async function measureMemory(bench: Bench): Promise<readonly Figure[]> {
	const points: readonly Point[] = [
		{ name: MEMORY_POINTS.countEvent, designs: { countEvent: measureCounting(bench) } },
		{ name: MEMORY_POINTS.stats, designs: { stats: measureTaking(bench) } },
	];
	return measureInRounds(bench, "memory", points, { warmUp: false });
}

function measureCounting(bench: Bench): Measure {
	const deliveries = new Deliveries(bench, "com.example.memory");
	return async () => {
		await deliveries.store(DELIVERIES);
		const host = await hostDesign(bench, "countEvent");
		try {
			const atRest = await residentMiB(host.pid);
			await deliveries.deliver(host.url, 1, PRIMING_SECONDS);
			const peak = await highestDuring(deliveries.deliver(host.url, COUNTING_IN_FLIGHT, MAX_SECONDS), host.pid);
			return memoryFigures(atRest, peak, COUNT_MEMORY_MIB);
		} finally {
			await host.stop();
		}
	};
}

function measureTaking(bench: Bench): Measure {
	let round = 0;
	return async () => {
		round += 1;
		const proxy = await startFirestoreProxy(bench.suite.firestoreHost, async (method) => {
			if (method === "Commit") await setTimeout(SLOW_COMMIT_MS);
			return { kind: "passed" };
		});
		const host = await hostDesign(bench, "stats", proxy.host);
		try {
			const atRest = await residentMiB(host.pid);
			const requests = Array.from({ length: BODIES }, (_, body) => largestRequest(round * BODIES + body));
			const load = { url: host.url, requests, inFlight: BODIES_IN_FLIGHT, seconds: Number.POSITIVE_INFINITY };
			const sent = sendLoad(load);
			const peak = await highestDuring(sent, host.pid);
			const { statuses } = await sent;
			const stored = statuses.filter((status) => status === 200).length;
			return { ...memoryFigures(atRest, peak, STATS_MEMORY_MIB), "stored %": (100 * stored) / BODIES };
		} finally {
			await host.stop();
			await proxy.stop();
		}
	};
}

const EVENTS_IN_LARGEST_BODY = 500;

const TEXTS_OF_EVENT = 8;

/**
 * A body of events that reach the largest size by their metadata. One wide character makes the engine hold the whole text in
 * two bytes a character.
 */
function largestRequest(number: number): Buffer {
	const body = (metadata: Readonly<Record<string, string>>) =>
		JSON.stringify(
			Array.from({ length: EVENTS_IN_LARGEST_BODY }, (_, index) => ({
				platform: "android",
				device_id: `0b5f3a52-6c1e-4a43-9d53-${String(number).padStart(12, "0")}`,
				app_id: "com.example.large",
				version_name: "3.4.7",
				plugin_version: "8.51.23",
				action: "webview_javascript_error",
				timestamp: 1_700_000_000_000 + index,
				metadata,
			})),
		);
	const metadata = (length: number) =>
		Object.fromEntries(
			Array.from({ length: TEXTS_OF_EVENT }, (_, index) => [`text${index}`, `${"x".repeat(length)}€`]),
		);
	const room = DEFAULT_MAX_BODY_BYTES - Buffer.byteLength(body(metadata(0)));
	const length = Math.min(MAX_TEXT_LENGTH - 1, Math.floor(room / EVENTS_IN_LARGEST_BODY / TEXTS_OF_EVENT));
	return httpPost("/", { "Content-Type": "application/json" }, Buffer.from(body(metadata(length))));
}

function memoryFigures(
	atRest: number,
	peak: number,
	memory: typeof COUNT_MEMORY_MIB,
): Readonly<Record<string, number>> {
	return { "MiB at rest": atRest, "MiB at most": peak, [PART_OF_MEMORY]: peak / settingDefault(memory) };
}

/** The most that a process holds in memory, in MiB, until some work is done. */
async function highestDuring(work: Promise<unknown>, pid: number): Promise<number> {
	let highest = 0;
	let isWorking = true;
	const done = work.finally(() => {
		isWorking = false;
	});
	while (isWorking) {
		highest = Math.max(highest, await residentMiB(pid));
		await Promise.race([done, setTimeout(SAMPLE_INTERVAL_MS)]);
	}
	return highest;
}

/** The resident set of a process: what Cloud Run counts against an instance's memory, shared libraries included. */
async function residentMiB(pid: number): Promise<number> {
	const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
	return Number(stdout) / KIB_A_MIB;
}
