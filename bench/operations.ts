import { type AnsweredCall, startFirestoreProxy } from "../test/support/firestoreProxy.ts";
import { Deliveries } from "./deliveries.ts";
import { COUNTING_DESIGNS, withDesigns } from "./designs.ts";
import type { Figure } from "./figures.ts";
import { Traffic } from "./ingest.ts";
import { sendLoad } from "./load.ts";
import { type Bench, type Measure, measureInRounds, type Point } from "./rounds.ts";

const VERSIONS = [1, 20] as const;

const IN_FLIGHT = [1, 80, 500] as const;

const DELIVERIES = { 1: 200, 80: 3_000, 500: 6_000 } as const;

/** The recipe is refused more often than not under load: no need to wait for all of it. */
const MAX_SECONDS = 3;

const MAX_IN_FLIGHT_OF_RECIPE = 80;

const INGEST_REQUESTS = 500;

/** The name of a point, for the bars. */
export function operationsPoint(versions: (typeof VERSIONS)[number], inFlight: (typeof IN_FLIGHT)[number]): string {
	return `counting, ${versions === 1 ? "1 version" : `${versions} versions`}, ${inFlight} at a time`;
}

/**
 * Reads and writes of Firestore an event, as they pass between a function and the database. One delivery at a time goes
 * first, so that the counters exist when many are in flight.
 */
export async function measureOperations(bench: Bench): Promise<readonly Figure[]> {
	const operations = new Operations();
	const proxy = await startFirestoreProxy(
		bench.suite.firestoreHost,
		() => ({ kind: "passed" }),
		(call) => operations.add(call),
	);
	try {
		const designs = [...COUNTING_DESIGNS, "stats"] as const;
		return await withDesigns(
			bench,
			designs,
			async (hosts) => {
				const counting: readonly Point[] = VERSIONS.flatMap((versions) => {
					const apps = COUNTING_DESIGNS.map(
						(design) => [design, new Deliveries(bench, `com.example.${design}${versions}`, versions)] as const,
					);
					return IN_FLIGHT.map((inFlight) => ({
						name: operationsPoint(versions, inFlight),
						designs: Object.fromEntries(
							apps
								.filter(([design]) => design !== "recipe" || inFlight <= MAX_IN_FLIGHT_OF_RECIPE)
								.map(([design, app]) => [design, countingOperations(operations, app, hosts[design].url, inFlight)]),
						),
					}));
				});
				const traffic = new Traffic();
				await traffic.introduceFleet(hosts.stats.url);
				const ingest = (events: number, devices: "known" | "new"): Point => ({
					name: `ingest, ${events} ${events === 1 ? "event" : "events"} a request, ${devices} devices`,
					designs: { stats: ingestOperations(operations, traffic, hosts.stats.url, events, devices) },
				});
				const points = [...counting, ingest(1, "known"), ingest(20, "known"), ingest(1, "new"), ingest(20, "new")];
				return measureInRounds({ ...bench, rounds: 1 }, "operations", points, { warmUp: false });
			},
			proxy.host,
		);
	} finally {
		await proxy.stop();
	}
}

function countingOperations(
	operations: Operations,
	deliveries: Deliveries,
	url: string,
	inFlight: (typeof IN_FLIGHT)[number],
): Measure {
	return async () => {
		await deliveries.store(DELIVERIES[inFlight]);
		operations.reset();
		const { counted } = await deliveries.deliver(url, inFlight, MAX_SECONDS);
		const { reads, writes } = operations;
		// Each event was one write before it was delivered.
		return { "writes/event": 1 + writes / counted, "reads/event": reads / counted };
	};
}

function ingestOperations(
	operations: Operations,
	traffic: Traffic,
	url: string,
	events: number,
	devices: "known" | "new",
): Measure {
	return async () => {
		const requests = Array.from({ length: INGEST_REQUESTS }, () => traffic.request(events, devices));
		operations.reset();
		await sendLoad({ url, requests, inFlight: 80, seconds: Number.POSITIVE_INFINITY });
		const stored = INGEST_REQUESTS * events;
		return { "writes/event": operations.writes / stored, "reads/event": operations.reads / stored };
	};
}

/**
 * The operations that Firestore bills: https://firebase.google.com/docs/firestore/pricing. A write is one document of a
 * commit that was not refused; a read is one document that was asked for by its name, whether it exists or not.
 */
class Operations {
	reads = 0;
	writes = 0;

	reset(): void {
		this.reads = 0;
		this.writes = 0;
	}

	/** @throws Error for a method of which it is not known here what it costs. */
	add({ method, status, requests, responses }: AnsweredCall): void {
		switch (method) {
			case "Commit":
				// CommitRequest { repeated Write writes = 2 }
				if (status === 0) this.writes += sum(requests.map((request) => countFields(request, 2)));
				return;
			case "BatchGetDocuments":
				// BatchGetDocumentsResponse { oneof { Document found = 1; string missing = 2 } }
				this.reads += sum(responses.map((response) => countFields(response, 1) + countFields(response, 2)));
				return;
			case "BeginTransaction":
			case "Rollback":
				return;
			default:
				throw new Error(`The benchmark does not know what a call of ${method} costs.`);
		}
	}
}

/** How often a field stands in an encoded message: https://protobuf.dev/programming-guides/encoding/ */
function countFields(message: Buffer, field: number): number {
	let found = 0;
	for (let at = 0; at < message.length; ) {
		const tag = readVarint(message, at);
		if (tag.value >> 3 === field) found += 1;
		at = endOfValue(message, tag.end, tag.value & 7);
	}
	return found;
}

function endOfValue(message: Buffer, start: number, wireType: number): number {
	switch (wireType) {
		case 0:
			return readVarint(message, start).end;
		case 1:
			return start + 8;
		case 2: {
			const length = readVarint(message, start);
			return length.end + length.value;
		}
		case 5:
			return start + 4;
		default:
			throw new Error(`A Firestore message holds a field of the unknown wire type ${wireType}.`);
	}
}

/** Of a larger integer than 32 bits only the end matters here. */
function readVarint(message: Buffer, start: number): { readonly value: number; readonly end: number } {
	let value = 0;
	for (let at = start; ; at += 1) {
		const byte = message[at] ?? 0;
		value += (byte & 0x7f) * 2 ** (7 * (at - start));
		if (byte < 0x80) return { value, end: at + 1 };
	}
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
