import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export type Order = "ASCENDING" | "DESCENDING";
export type QueryScope = "COLLECTION" | "COLLECTION_GROUP";

/** How a field is indexed: by its value, or by each element of its array. */
export type IndexMode = { readonly order: Order } | { readonly arrayConfig: "CONTAINS" };
export type IndexedField = { readonly fieldPath: string } & IndexMode;

/** An index of one or more fields, as `firestore.indexes.json` writes composite ones. */
export type Index = {
	readonly collectionGroup: string;
	readonly queryScope: QueryScope;
	readonly fields: readonly IndexedField[];
};

/** What replaces Firestore's automatic indexes of a field. `*` stands for every field that has no entry of its own. */
export type FieldOverride = {
	readonly collectionGroup: string;
	readonly fieldPath: string;
	readonly ttl?: boolean;
	readonly indexes: readonly ({ readonly queryScope: QueryScope } & IndexMode)[];
};

/** The content of `firestore.indexes.json`. */
export type IndexConfig = {
	readonly indexes: readonly Index[];
	readonly fieldOverrides: readonly FieldOverride[];
};

/** Reads the project's index configuration. */
export function readIndexConfig(): IndexConfig {
	return JSON.parse(readFileSync(new URL("../../../firestore.indexes.json", import.meta.url), "utf8"));
}

/**
 * Checks an index configuration with the Firebase CLI's own code, the one that `firebase deploy` runs.
 *
 * @throws Error that says what is wrong.
 */
export function validateWithFirebaseCli(config: unknown): void {
	const { FirestoreApi } = createRequire(import.meta.url)("firebase-tools/lib/firestore/api.js");
	new FirestoreApi().validateSpec(config);
}

/** Every index of the configuration, those of a single field included. */
export function allIndexes({ indexes, fieldOverrides }: IndexConfig): readonly Index[] {
	const singleField = fieldOverrides.flatMap(({ collectionGroup, fieldPath, indexes }) =>
		indexes.map(({ queryScope, ...mode }) => ({ collectionGroup, queryScope, fields: [{ fieldPath, ...mode }] })),
	);
	return [...indexes, ...singleField];
}
