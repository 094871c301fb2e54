import { setTimeout } from "node:timers/promises";
import { expect } from "chai";
import { type Fate, startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { storeEventDocuments } from "../../scripts/emulators/storedEvents.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { deliverPersistently } from "./deliverPersistently.ts";
import { expectCountedOnce, type FaultSize, type FaultWorld, shuffled, startInstance } from "./fault.ts";
import { makeUpEvents } from "./madeUpEvents.ts";

/** A commit takes a few milliseconds: a kill within this time meets it before, while or after it is applied. */
const MAX_DELAY_MS = 10;

const MAX_COMMITS_OF_A_LIFE = 6;

/** The instance is killed while it commits, and another one takes its place. */
export async function killInstances(
	size: FaultSize & { readonly kills: number },
	{ random, progress }: FaultWorld,
): Promise<void> {
	const appId = newAppId();
	const { events, expected } = makeUpEvents(random, appId, size.events);
	const announced = await storeEventDocuments(db, PROJECT_WITHOUT_TRIGGERS, events);

	let onCommit = () => {};
	const proxy = await startFirestoreProxy(suite.firestoreHost, (method): Fate => {
		if (method === "Commit") onCommit();
		return { kind: "passed" };
	});
	let instance = await startInstance({ firestoreHost: proxy.host });
	let kills = 0;

	const killAndReplace = async () => {
		await setTimeout(random.integer(0, MAX_DELAY_MS));
		process.kill(instance.pid, "SIGKILL");
		kills += 1;
		await instance.stop();
		instance = await startInstance({ firestoreHost: proxy.host });
		letLive();
	};
	const letLive = () => {
		let commitsLeft = random.integer(1, MAX_COMMITS_OF_A_LIFE);
		onCommit = () => {
			commitsLeft -= 1;
			if (commitsLeft === 0 && kills < size.kills) void killAndReplace();
		};
	};

	try {
		letLive();
		await deliverPersistently(shuffled(random, announced), {
			url: () => instance.url,
			inFlight: size.inFlight,
			...(progress && { progress }),
		});
		expect(kills, "kills").to.equal(size.kills);
		await expectCountedOnce(appId, expected);
	} finally {
		await instance.stop();
		await proxy.stop();
	}
}
