import type { DocumentData } from "@google-cloud/firestore";
import { expect } from "chai";
import { COLLECTIONS, devicePath } from "../../functions/src/firestore/paths.ts";
import { createdEvent, storedDocument } from "../../scripts/emulators/cloudEvent.ts";
import type { HostedFunction } from "../../scripts/emulators/hostedFunction.ts";
import { storeEventDocuments } from "../../scripts/emulators/storedEvents.ts";
import type { Random } from "../../scripts/fleet/random.ts";
import { newAppId } from "../support/appIds.ts";
import { dbWithoutTriggers as db } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { PROJECT_WITHOUT_TRIGGERS } from "../support/suite.ts";
import { deliverPersistently } from "./deliverPersistently.ts";
import { expectCountedOnce, type FaultSize, type FaultWorld, shuffled, startInstance } from "./fault.ts";
import { makeUpEvents } from "./madeUpEvents.ts";

/** What somebody may do to an event's document in the console. */
const POISONS: readonly DocumentData[] = [
	{ action: 7 },
	{ action: "set.events" },
	{ version_name: "" },
	{ version_name: "v".repeat(2_000) },
	{ occurred_at: "yesterday" },
	{ received_at: null },
	{ counted_at: "no" },
	{ is_prod: 1 },
];

/** Some events are malformed by hand before they are delivered, among many that are not. */
export async function poisonEvents(
	size: FaultSize & { readonly poisons: number },
	{ random, progress }: FaultWorld,
): Promise<void> {
	const appId = newAppId();
	const { events, expected } = makeUpEvents(random, appId, size.events);
	const announced = await storeEventDocuments(db, PROJECT_WITHOUT_TRIGGERS, events);
	const poison = await storePoison(random, appId, size.poisons);
	const instance = await startInstance();
	try {
		const refused = await deliverPersistently(shuffled(random, [...announced, ...poison.announced]), {
			url: () => instance.url,
			inFlight: size.inFlight,
			...(progress && { progress }),
		});
		expect(refused, "deliveries that were not taken at once").to.equal(0);
		await expectCountedOnce(appId, expected, { malformed: poison.paths });

		const logged = await eventually(
			() => Promise.resolve(logEvents(instance)),
			({ length }) => length >= size.poisons,
		);
		expect(logged).to.deep.equal(Array.from({ length: size.poisons }, () => "event_malformed"));
	} finally {
		await instance.stop();
	}
}

/** What the function itself has logged. The framework that hosts it logs too. */
function logEvents({ log }: HostedFunction): readonly string[] {
	return log.lines.flatMap((line) => JSON.parse(line).log_event ?? []);
}

async function storePoison(random: Random, appId: string, count: number) {
	const { events } = makeUpEvents(random, appId, count);
	const poisoned = events.slice(0, count).map((received) => ({ ...received, id: `poison-${received.id}` }));
	await storeEventDocuments(db, PROJECT_WITHOUT_TRIGGERS, poisoned);
	const paths = poisoned.map(({ id, event }) => `${devicePath(appId, event.device_id)}/${COLLECTIONS.events}/${id}`);
	const announced = await Promise.all(
		paths.map(async (path, index) => {
			await db.doc(path).update(POISONS[index % POISONS.length] ?? {});
			return createdEvent(PROJECT_WITHOUT_TRIGGERS, path, storedDocument(await db.doc(path).get()));
		}),
	);
	return { announced, paths };
}
