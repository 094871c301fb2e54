import { allIndexes, type IndexConfig } from "./indexConfig.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The index entries that Firestore writes for a document where nothing is configured: an ascending and a descending one
 * for every field, for a map as a whole and for each of its fields.
 *
 * Source: https://firebase.google.com/docs/firestore/query-data/index-overview#automatic_indexing
 */
export function automaticIndexEntries(document: Fields): number {
	return Object.values(document)
		.map((value) => 2 + (isMap(value) ? automaticIndexEntries(value) : 0))
		.reduce((sum, entries) => sum + entries, 0);
}

/** The index entries that Firestore writes for a document of a collection: one for each index whose fields it all has. */
export function configuredIndexEntries(collectionGroup: string, document: Fields, config: IndexConfig): number {
	return allIndexes(config).filter(
		(index) =>
			index.collectionGroup === collectionGroup &&
			index.fields.every(({ fieldPath }) => Object.hasOwn(document, fieldPath)),
	).length;
}

/** A map of Firestore; a timestamp is an object too, but one with a class. */
function isMap(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
