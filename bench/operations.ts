import { setTimeout } from "node:timers/promises";
import { startFirestoreProxy } from "../scripts/emulators/firestoreProxy.ts";
import { BilledOperations } from "./billedOperations.ts";
import { Deliveries } from "./deliveries.ts";
import { COUNTING_DESIGNS, withDesigns } from "./designs.ts";
import type { Figure } from "./figures.ts";
import { type FleetRequest, FleetTraffic, type Rhythm, received } from "./fleetTraffic.ts";
import { httpPost, sendLoad } from "./load.ts";
import { dollarsPerMillionEvents } from "./prices.ts";
import { type Bench, type Measure, measureInRounds, type Point } from "./rounds.ts";

const RHYTHMS: readonly Rhythm[] = ["day", "singles", "arrays of 20"];

/** As many as an instance takes by default, those of a load that the rivals bear, and one, so that each event is alone in its commit. */
const IN_FLIGHT = [500, 80, 1] as const;

const MOST_IN_FLIGHT_OF_RIVALS = 80;

const DELIVERIES = { 1: 300, 80: 2_000, 500: 4_000 } as const;

/** The counters are created before any operation is counted: the first by one delivery at a time, the rare ones then. */
const PRIMING_DELIVERIES = [
	{ deliveries: 100, inFlight: 1 },
	{ deliveries: 400, inFlight: 20 },
] as const;

/** The recipe is refused more often than not under load: no need to wait for all of it. */
const MAX_SECONDS = 3;

/**
 * Requests are sent in portions over two minutes: an event without a timestamp may have been stored in the two minutes before
 * (`eventId.ts`), which is looked up in the first part of each.
 */
const PORTION_OF_REQUESTS = 60;
const PORTIONS = 8;
const PORTION_PAUSE_MS = 15_000;

/** The unit of what the operations cost. */
export const DOLLARS = "$/million events";

/** The name of a point, for the bars. */
export function operationsPoint(rhythm: Rhythm, inFlight: (typeof IN_FLIGHT)[number]): string {
	return `${rhythm}, ${inFlight === 1 ? "each event alone in its commit" : `${inFlight} deliveries at a time`}`;
}

/**
 * The operations of Firestore, the requests and the deliveries that an event causes from its arrival to its deletion, as they
 * pass between the functions and the database, and what they cost. The rivals only count: what comes before and after is
 * reckoned for them as for this project.
 */
export async function measureOperations(bench: Bench): Promise<readonly Figure[]> {
	const operations = new BilledOperations();
	const proxy = await startFirestoreProxy(
		bench.suite.firestoreHost,
		() => ({ kind: "passed" }),
		(call) => operations.add(call),
	);
	try {
		return await withDesigns(
			bench,
			[...COUNTING_DESIGNS, "stats"] as const,
			async (hosts) => {
				const points: Point[] = [];
				bench.progress("operations: ingest, for two minutes");
				const taken = await takeEvents(bench, operations, hosts.stats.url);
				for (const [rhythm, ofRhythm] of taken) {
					const designs = rhythm === "day" ? COUNTING_DESIGNS : (["countEvent"] as const);
					const apps = designs.map((design) => [design, new Deliveries(bench, appOf(design, rhythm), rhythm)] as const);
					for (const [design, app] of apps) await prime(app, hosts[design].url);
					for (const inFlight of IN_FLIGHT) {
						points.push({
							name: operationsPoint(rhythm, inFlight),
							designs: Object.fromEntries(
								apps
									.filter(([design]) => design === "countEvent" || inFlight <= MOST_IN_FLIGHT_OF_RIVALS)
									.map(([design, app]) => [
										design,
										countEvents(operations, ofRhythm, app, hosts[design].url, inFlight),
									]),
							),
						});
					}
				}
				return measureInRounds({ ...bench, rounds: 1 }, "operations", points, { warmUp: false });
			},
			proxy.host,
		);
	} finally {
		await proxy.stop();
	}
}

function appOf(design: string, rhythm: Rhythm): string {
	return `com.example.${design}.${rhythm.replaceAll(" ", "")}`;
}

/** What taking an event causes. */
type Taken = { readonly writes: number; readonly reads: number; readonly requests: number; readonly deletions: number };

/** Sends requests of each rhythm to `stats`. */
async function takeEvents(
	{ signal }: Pick<Bench, "signal">,
	operations: BilledOperations,
	url: string,
): Promise<ReadonlyMap<Rhythm, Taken>> {
	const takings = RHYTHMS.map((rhythm) => ({
		traffic: new FleetTraffic(appOf("stats", rhythm), rhythm),
		rhythm,
		sums: { writes: 0, reads: 0, requests: 0, events: 0 },
	}));
	for (let portion = 0; portion < PORTIONS; portion += 1) {
		const pause = setTimeout(PORTION_PAUSE_MS, undefined, { signal });
		for (const { traffic, sums } of takings) {
			const sent = Array.from({ length: PORTION_OF_REQUESTS }, () => traffic.next().requests).flat();
			operations.reset();
			await send(url, sent);
			sums.writes += operations.writes;
			sums.reads += operations.reads;
			sums.requests += sent.length;
			sums.events += sent.flatMap(received).length;
		}
		await pause;
	}
	return new Map(
		takings.map(({ rhythm, traffic, sums: { events, ...sums } }) => [
			rhythm,
			{
				writes: sums.writes / events,
				reads: sums.reads / events,
				requests: sums.requests / events,
				// Each event expires, and each device, as if none came back the next day.
				deletions: 1 + traffic.devicesPerEvent,
			},
		]),
	);
}

async function send(url: string, sent: readonly FleetRequest[]): Promise<void> {
	const requests = sent.map(({ body }) =>
		httpPost("/", { "Content-Type": "application/json" }, Buffer.from(JSON.stringify(body))),
	);
	const { statuses } = await sendLoad({ url, requests, inFlight: 80, seconds: Number.POSITIVE_INFINITY });
	const failed = statuses.find((status) => status !== 200);
	if (failed !== undefined) throw new Error(`A request was answered with ${failed}.`);
}

async function prime(app: Deliveries, url: string): Promise<void> {
	for (const { deliveries, inFlight } of PRIMING_DELIVERIES) {
		await app.store(deliveries);
		await app.deliver(url, inFlight, MAX_SECONDS);
	}
}

function countEvents(
	operations: BilledOperations,
	taken: Taken,
	deliveries: Deliveries,
	url: string,
	inFlight: (typeof IN_FLIGHT)[number],
): Measure {
	return async () => {
		await deliveries.store(DELIVERIES[inFlight]);
		operations.reset();
		const { counted, statuses } = await deliveries.deliver(url, inFlight, MAX_SECONDS);
		const write = taken.writes + operations.writes / counted;
		const read = taken.reads + operations.reads / counted;
		// A delivery that is refused comes again.
		const request = taken.requests + statuses.length / counted;
		const deletion = taken.deletions;
		return {
			"writes/event": write,
			"reads/event": read,
			"requests/event": request,
			"deletions/event": deletion,
			[DOLLARS]: dollarsPerMillionEvents({ write, read, request, deletion }),
		};
	};
}
