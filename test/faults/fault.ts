import type { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import { recount } from "../../functions/admin/recount/recount.ts";
import { decodeDocumentId } from "../../functions/src/firestore/documentId.ts";
import { appPath, COLLECTIONS } from "../../functions/src/firestore/paths.ts";
import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import type { Random } from "../../scripts/fleet/random.ts";
import { dbWithoutTriggers } from "../support/database.ts";
import { type Counters, storedCounters } from "../support/storedCounters.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import type { MadeUpEvents } from "./madeUpEvents.ts";

/** How large a fault is tried. */
export type FaultSize = {
	readonly events: number;
	/** Deliveries at a time. */
	readonly inFlight: number;
};

/** What each fault gets besides its size. */
export type FaultWorld = {
	readonly random: Random;
	/** Hears how many deliveries of all were taken. */
	readonly progress?: (taken: number, all: number) => void;
};

/** Starts an instance of `countEvent` that nothing else uses. */
export function startInstance({
	firestoreHost = suite.firestoreHost,
	projectId = PROJECT_WITHOUT_TRIGGERS,
} = {}): Promise<HostedFunction> {
	return hostFunction("countEvent", { projectId, firestoreHost });
}

/**
 * Expects that every event and every device is counted once, to the unit, that each device's document says what the device
 * runs, and that a recount of the app finds the same.
 */
export async function expectCountedOnce(
	appId: string,
	expected: MadeUpEvents["expected"],
	{ db = dbWithoutTriggers, malformed = [] }: { readonly db?: Firestore; readonly malformed?: readonly string[] } = {},
): Promise<void> {
	expect(inAnyOrder(await storedCounters(db, appId))).to.deep.equal(inAnyOrder(expected.counters));
	expect(await runningVersions(db, appId)).to.deep.equal(expected.running);
	expect(await newDevices(db, appId)).to.equal(Object.keys(expected.running).length);
	const { events, ...found } = await recount(db, {
		appId,
		dryRun: true,
		firstDay: "0000-00-00",
		count: () => expect.fail("A dry run counts nothing."),
		onProgress: () => {},
	});
	expect(events).to.equal(expected.events + malformed.length);
	expect({ ...found, malformed: found.malformed.toSorted() }).to.deep.equal({
		uncounted: 0,
		waiting: 0,
		malformed: malformed.toSorted(),
		daysLeftAlone: [],
		differences: [],
		conflicts: [],
	});
}

/**
 * Counters without what depends on the order of deliveries: a device may be well, or have recovered, until an event arrives
 * that happened before, and an hour shows what was gained in it.
 */
function inAnyOrder(counters: Counters): Counters {
	const isStable = ([field]: readonly [string, unknown]) => !/^hours\.\d\d\.(well|recovered)$/.test(field);
	return Object.fromEntries(
		Object.entries(counters).map(([path, counts]) => [
			path,
			Object.fromEntries(Object.entries(counts).filter(isStable)),
		]),
	);
}

/** How many devices of an app were new, on whichever day. */
async function newDevices(db: Firestore, appId: string): Promise<number> {
	const byDay: unknown = (await db.doc(appPath(appId)).get()).get("new_devices");
	return Object.values(Object(byDay)).reduce<number>((sum, devices) => sum + Number(devices), 0);
}

/** What each device of an app runs, by its id. */
async function runningVersions(db: Firestore, appId: string): Promise<Readonly<Record<string, string | null>>> {
	const { docs } = await db
		.collection(`${appPath(appId)}/${COLLECTIONS.devices}`)
		.select("version_name")
		.get();
	return Object.fromEntries(docs.map((device) => [decodeDocumentId(device.id), device.get("version_name") ?? null]));
}

/** The items in a random order. */
export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
	return items
		.map((item) => ({ item, place: random.unit() }))
		.sort((a, b) => a.place - b.place)
		.map(({ item }) => item);
}
