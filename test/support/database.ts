import type {
	CollectionReference,
	DocumentData,
	DocumentReference,
	DocumentSnapshot,
	Firestore,
	Timestamp,
} from "@google-cloud/firestore";
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
export async function readApp(database: Firestore, appId: string, startedAt: number): Promise<Documents> {
	const app = await database.doc(appPath(appId)).get();
	return { [app.ref.path]: tell(app, startedAt), ...(await readBelow(app.ref, startedAt)) };
}

/**
 * Waits until every event of an app that is stored now is counted.
 *
 * @throws AssertionError when that takes too long
 */
export async function untilCounted(database: Firestore, appId: string, seconds?: number): Promise<void> {
	const uncounted = database
		.collectionGroup(COLLECTIONS.events)
		.where("app_id", "==", appId)
		.where("counted_at", "==", null)
		.count();
	const count = await eventually(
		async () => (await uncounted.get()).data().count,
		(left) => left === 0,
		seconds,
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
	const days = Math.floor((time.toMillis() - startedAt) / DAY_MS);
	if (days > 0 && isNow(time.toMillis() - days * DAY_MS)) return `now + ${days} days`;
	return time.toDate().toISOString();
}

async function readBelow(ref: DocumentReference, startedAt: number): Promise<Documents> {
	const collections = await ref.listCollections();
	const trees = await Promise.all(collections.map((collection) => readCollection(collection, startedAt)));
	return Object.assign({}, ...trees);
}

async function readCollection(collection: CollectionReference, startedAt: number): Promise<Documents> {
	const refs = await collection.listDocuments();
	if (refs.length === 0) return {};
	const snapshots = await collection.firestore.getAll(...refs);
	const documents = snapshots.map((snapshot) => [snapshot.ref.path, tell(snapshot, startedAt)]);
	const isLeaf = collection.id === COLLECTIONS.events || collection.id === COLLECTIONS.days;
	const below = isLeaf ? [] : await Promise.all(refs.map((ref) => readBelow(ref, startedAt)));
	return Object.assign(Object.fromEntries(documents), ...below);
}

function tell(snapshot: DocumentSnapshot, startedAt: number): DocumentData | undefined {
	return snapshot.exists ? Object(plain(snapshot.data(), (time) => tellTime(time, startedAt))) : undefined;
}
