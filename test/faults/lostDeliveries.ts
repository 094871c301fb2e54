import { expect } from "chai";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { sweep, WAITING_MS } from "../../functions/src/watch/sweep.ts";
import { storeEventDocuments } from "../../scripts/emulators/storedEvents.ts";
import { newAppId } from "../support/appIds.ts";
import { counting } from "../support/countDirectly.ts";
import { deliverPersistently } from "./deliverPersistently.ts";
import { expectCountedOnce, type FaultSize, type FaultWorld, shuffled, startInstance } from "./fault.ts";
import { makeUpEvents } from "./madeUpEvents.ts";

/** A project of its own: a sweep counts whatever waits. */
const PROJECT = `demo-lost-${process.pid}`;

/** A third of the deliveries never comes, while the sweep looks for what waits again and again. */
export async function loseDeliveries(size: FaultSize, { random, progress }: FaultWorld): Promise<void> {
	const db = openFirestore(PROJECT);
	const appId = newAppId();
	const { events, expected } = makeUpEvents(random, appId, size.events);
	const announced = await storeEventDocuments(db, PROJECT, events);
	const delivered = shuffled(random, announced).slice(0, Math.ceil((announced.length * 2) / 3));
	const count = counting(db);
	const sweepAll = () =>
		sweep(db, {
			// By then, everything that is stored now has been waiting.
			now: () => Date.now() + 2 * WAITING_MS,
			count,
			onMalformed: (problem) => expect.fail(problem),
			onFailure: (cause) => expect.fail(String(cause)),
			timeLimitMs: 10 * 60_000,
		});

	const instance = await startInstance({ projectId: PROJECT });
	try {
		let isDelivering = true;
		const delivering = deliverPersistently(delivered, {
			url: () => instance.url,
			inFlight: size.inFlight,
			...(progress && { progress }),
		}).finally(() => {
			isDelivering = false;
		});
		let swept = 0;
		while (isDelivering) swept += (await sweepAll()).counted;
		await delivering;
		const { isFinished, counted } = await sweepAll();
		expect(isFinished).to.equal(true);
		expect(swept + counted).to.be.at.least(announced.length - delivered.length);
		await expectCountedOnce(appId, expected, { db });
	} finally {
		await instance.stop();
	}
}
