import { expect } from "chai";
import { recount } from "../../functions/admin/recount/recount.ts";
import type { Random } from "../../scripts/simulate/random.ts";
import { type HostedFunction, hostFunction } from "../../scripts/suite/hostedFunction.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { storedCounts } from "../support/storedCounts.ts";
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
export function startInstance(firestoreHost = suite.firestoreHost): Promise<HostedFunction> {
	return hostFunction("countEvent", { projectId: PROJECT_WITHOUT_TRIGGERS, firestoreHost });
}

/** Expects that every event is counted once, to the unit, and that a recount of the app finds the same. */
export async function expectCountedOnce(
	appId: string,
	expected: MadeUpEvents["expected"],
	malformed: readonly string[] = [],
): Promise<void> {
	expect(await storedCounts(db, appId)).to.deep.equal(expected);
	const { events, ...found } = await recount(db, {
		appId,
		dryRun: true,
		firstDay: "0000-00-00",
		now: Date.now,
		onProgress: () => {},
	});
	expect(events).to.equal(expected.events + malformed.length);
	expect({ ...found, malformed: found.malformed.toSorted() }).to.deep.equal({
		uncounted: 0,
		malformed: malformed.toSorted(),
		daysLeftAlone: [],
		differences: [],
		conflicts: [],
	});
}

/** The items in a random order. */
export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
	return items
		.map((item) => ({ item, place: random.unit() }))
		.sort((a, b) => a.place - b.place)
		.map(({ item }) => item);
}
