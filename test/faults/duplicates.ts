import { storeEventDocuments } from "../../scripts/emulators/storedEvents.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";
import { deliverPersistently } from "./deliverPersistently.ts";
import { expectCountedOnce, type FaultSize, type FaultWorld, shuffled, startInstance } from "./fault.ts";
import { makeUpEvents } from "./madeUpEvents.ts";

/** A tenth of the events is delivered twice, all in a random order, each to one of two instances. */
export async function deliverDuplicates(size: FaultSize, { random, progress }: FaultWorld): Promise<void> {
	const appId = newAppId();
	const { events, expected } = makeUpEvents(random, appId, size.events);
	const announced = await storeEventDocuments(db, PROJECT_WITHOUT_TRIGGERS, events);
	const duplicates = shuffled(random, announced).slice(0, Math.ceil(announced.length / 10));
	const instances = await Promise.all([startInstance(), startInstance()]);
	try {
		await deliverPersistently(shuffled(random, [...announced, ...duplicates]), {
			url: () => random.pick(instances).url,
			inFlight: size.inFlight,
			...(progress && { progress }),
		});
		await expectCountedOnce(appId, expected);
	} finally {
		await Promise.all(instances.map((instance) => instance.stop()));
	}
}
