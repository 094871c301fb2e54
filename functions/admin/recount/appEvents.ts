import { type DocumentSnapshot, FieldPath, type Firestore, type Timestamp } from "@google-cloud/firestore";
import { appPath, COLLECTIONS } from "../../src/firestore/paths.ts";
import { readPast } from "./readPast.ts";

/** Events read at a time: enough to be fast, few enough to stay in memory whatever their size. */
const PAGE_SIZE = 1_000;

/**
 * Reads every event of an app, page by page, in constant memory and as all of them were at one moment.
 *
 * The query runs over the `events` collections of all devices in the order of their names, which needs no index of its
 * own, and is bounded to the app's part of that order.
 *
 * @param readTime The moment.
 */
export async function* appEvents(
	db: Firestore,
	appId: string,
	readTime: Timestamp,
): AsyncGenerator<readonly DocumentSnapshot[]> {
	const app = appPath(appId);
	let after = db.doc(app);
	while (true) {
		const page = db
			.collectionGroup(COLLECTIONS.events)
			.orderBy(FieldPath.documentId())
			.startAfter(after)
			// "~" sorts behind every collection's name below the app.
			.endBefore(db.doc(`${app}/~/~`))
			.limit(PAGE_SIZE);
		const { docs } = await readPast(db, readTime, (past) => past.get(page));
		if (docs.length > 0) yield docs;
		const last = docs.at(-1);
		if (!last || docs.length < PAGE_SIZE) return;
		after = last.ref;
	}
}
