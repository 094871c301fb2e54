import type { DocumentData, Firestore } from "@google-cloud/firestore";
import { appPath, COLLECTIONS } from "../../functions/src/firestore/paths.ts";

/** What is counted, by the counter document's path below its app (`""` for the app itself) and the counted field's path. */
export type Counters = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The fields of counter documents that hold counts. */
const COUNTED = ["events", "failed_checks", "actions", "dev_actions", "devices", "dev_devices", "hours"];

/** What an app's counter documents hold. A count of 0 is left out: something was counted and taken back. */
export async function storedCounters(db: Firestore, appId: string): Promise<Counters> {
	const app = db.doc(appPath(appId));
	const versions = await app.collection(COLLECTIONS.versions).get();
	const days = await Promise.all(versions.docs.map(({ ref }) => ref.collection(COLLECTIONS.days).get()));
	const documents = [await app.get(), ...versions.docs, ...days.flatMap(({ docs }) => docs)];
	return Object.fromEntries(
		documents.map((document) => [document.ref.path.slice(app.path.length), countsOf(document.data() ?? {})]),
	);
}

function countsOf(data: DocumentData): Readonly<Record<string, number>> {
	return Object.fromEntries(COUNTED.flatMap((field) => leaves(field, data[field])));
}

function leaves(path: string, value: unknown): readonly (readonly [string, number])[] {
	if (typeof value === "number") return value === 0 ? [] : [[path, value]];
	return Object.entries(value ?? {}).flatMap(([name, field]) => leaves(`${path}.${name}`, field));
}
