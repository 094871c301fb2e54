import { type DocumentSnapshot, type Firestore, Timestamp } from "@google-cloud/firestore";
import { decodeDocumentId } from "../../src/firestore/documentId.ts";
import { appPath, COLLECTIONS, versionPath } from "../../src/firestore/paths.ts";
import { type Counts, readCounts } from "./counts.ts";
import { readPast } from "./readPast.ts";

/** A counter document as it was at one moment, whether it existed or not. */
export type StoredCounter = {
	readonly path: string;
	readonly exists: boolean;
	/** The fields that name what is counted. */
	readonly identity: Readonly<Record<string, string>>;
	readonly stored: Counts;
	/** The part of `stored` whose events were erased since. */
	readonly erased: Counts;
	/** When a recount last repaired the document. */
	readonly recountedAt: Timestamp | undefined;
};

/** A version's counters and those of its days, by the UTC day. */
export type StoredVersion = { readonly total: StoredCounter; readonly days: ReadonlyMap<string, StoredCounter> };

/** Reads the names of an app's versions that had counters at one moment. */
export async function readVersionNames(db: Firestore, appId: string, readTime: Timestamp): Promise<readonly string[]> {
	const versions = db.collection(`${appPath(appId)}/${COLLECTIONS.versions}`).select();
	const { docs } = await readPast(db, readTime, (past) => past.get(versions));
	return docs.map(({ id }) => decodeDocumentId(id));
}

/** Reads the counters of a version and of its days as they were at one moment. */
export async function readVersion(
	db: Firestore,
	appId: string,
	version: string,
	readTime: Timestamp,
): Promise<StoredVersion> {
	const ref = db.doc(versionPath(appId, version));
	const total = await readPast(db, readTime, (past) => past.get(ref));
	const { docs: days } = await readPast(db, readTime, (past) => past.get(ref.collection(COLLECTIONS.days)));
	const identity = { app_id: appId, version_name: version };
	return {
		total: storedCounter(total, identity),
		days: new Map(days.map((day) => [day.id, storedCounter(day, { ...identity, day: day.id })])),
	};
}

/** Reads an app's counter as it was at one moment. */
export async function readApp(db: Firestore, appId: string, readTime: Timestamp): Promise<StoredCounter> {
	const ref = db.doc(appPath(appId));
	const app = await readPast(db, readTime, (past) => past.get(ref));
	return storedCounter(app, { app_id: appId });
}

/** The counter of a day that has no document yet. */
export function missingDay({ path, identity }: StoredCounter, day: string): StoredCounter {
	const counts = readCounts(undefined);
	return {
		path: `${path}/${COLLECTIONS.days}/${day}`,
		exists: false,
		identity: { ...identity, day },
		...counts,
		recountedAt: undefined,
	};
}

function storedCounter(snapshot: DocumentSnapshot, identity: StoredCounter["identity"]): StoredCounter {
	const recountedAt: unknown = snapshot.get("recounted_at");
	return {
		path: snapshot.ref.path,
		exists: snapshot.exists,
		identity,
		...readCounts(snapshot.data()),
		recountedAt: recountedAt instanceof Timestamp ? recountedAt : undefined,
	};
}
