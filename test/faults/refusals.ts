import { expect } from "chai";
import { type Fate, REFUSALS, startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { storeEventDocuments } from "../../scripts/emulators/storedEvents.ts";
import type { Random } from "../../scripts/fleet/random.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { deliverPersistently } from "./deliverPersistently.ts";
import { expectCountedOnce, type FaultSize, type FaultWorld, shuffled, startInstance } from "./fault.ts";
import { makeUpEvents } from "./madeUpEvents.ts";

/** Of so many commits one fails. */
const COMMITS_A_FAILURE = 10;

const FAILURES: readonly Fate[] = Object.values(REFUSALS).flatMap((status) => [
	{ kind: "refused", status },
	{ kind: "answer lost", status },
]);

/** A tenth of the commits fails: refused by Firestore, or applied although the instance is told that it failed. */
export async function refuseCommits(size: FaultSize, { random, progress }: FaultWorld): Promise<void> {
	const appId = newAppId();
	const { events, expected } = makeUpEvents(random, appId, size.events);
	const announced = await storeEventDocuments(db, PROJECT_WITHOUT_TRIGGERS, events);
	const fates = commitFates(random);
	const met = new Set<Fate>();
	const proxy = await startFirestoreProxy(suite.firestoreHost, (method) => {
		const fate: Fate = method === "Commit" ? fates.next().value : { kind: "passed" };
		met.add(fate);
		return fate;
	});
	const instance = await startInstance({ firestoreHost: proxy.host });
	try {
		await deliverPersistently(shuffled(random, announced), {
			url: () => instance.url,
			inFlight: size.inFlight,
			...(progress && { progress }),
		});
		expect([...met], "fates of commits").to.include.members([...FAILURES]);
		await expectCountedOnce(appId, expected);
	} finally {
		await instance.stop();
		await proxy.stop();
	}
}

/** The fates of commits, without end: each failure comes up as often as the others. */
function* commitFates(random: Random): Generator<Fate, never> {
	for (;;) {
		for (const failure of shuffled(random, FAILURES)) {
			const failing = random.integer(1, COMMITS_A_FAILURE);
			for (let commit = 1; commit <= COMMITS_A_FAILURE; commit += 1) {
				yield commit === failing ? failure : { kind: "passed" };
			}
		}
	}
}
