import type { DocumentData, DocumentReference, Firestore, Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath, COLLECTIONS } from "../../functions/src/firestore/paths.ts";
import { eventually } from "./eventually.ts";
import { plain } from "./plain.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "./suite.ts";

/** The database whose events the suite's own trigger counts. */
export const db = openFirestore(suite.projectId);

/** The database in which nothing is counted by itself. */
export const dbWithoutTriggers = openFirestore(PROJECT_WITHOUT_TRIGGERS);

/** Documents as plain objects by path, times as text. A parent that is missing is `undefined`. */
export type Documents = Readonly<Record<string, DocumentData | undefined>>;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** Everything that is stored of an app. */
export function readApp(database: Firestore, appId: string, startedAt: number): Promise<Documents> {
	return readTree(database.doc(appPath(appId)), startedAt);
}

/**
 * Waits until every event of an app that is stored now is counted.
 *
 * @throws AssertionError when that takes too long
 */
export async function untilCounted(database: Firestore, appId: string): Promise<void> {
	const uncounted = database
		.collectionGroup(COLLECTIONS.events)
		.where("app_id", "==", appId)
		.where("counted_at", "==", null)
		.count();
	const count = await eventually(
		async () => (await uncounted.get()).data().count,
		(left) => left === 0,
	);
	expect(count, "events that are not counted in time").to.equal(0);
}

/**
 * Tells a time as text: `now` where it lies between the test's start and this moment, `now + 91 days` where it lies so long
 * after that, else the time itself.
 */
function tellTime(time: Timestamp, startedAt: number): string {
	const isNow = (milliseconds: number) => milliseconds >= startedAt && milliseconds <= Date.now();
	if (isNow(time.toMillis())) return "now";
	if (isNow(time.toMillis() - 91 * DAY_MS)) return "now + 91 days";
	return time.toDate().toISOString();
}

async function readTree(ref: DocumentReference, startedAt: number): Promise<Documents> {
	const [snapshot, collections] = await Promise.all([ref.get(), ref.listCollections()]);
	const children = (await Promise.all(collections.map((collection) => collection.listDocuments()))).flat();
	const trees = await Promise.all(children.map((child) => readTree(child, startedAt)));
	return Object.assign({ [ref.path]: plain(snapshot.data(), (time) => tellTime(time, startedAt)) }, ...trees);
}
