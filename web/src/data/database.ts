import {
	collection,
	collectionGroup,
	type Firestore,
	limit,
	orderBy,
	type Query,
	type QueryConstraint,
	query,
	where,
} from "firebase/firestore";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { QuerySpec } from "../../../metrics/queries.ts";
import type { ReadTally } from "./reads.ts";

/** The database that the views read, and the tally of what they read. */
export type Database = { readonly db: Firestore; readonly reads: ReadTally };

/** Gives the views their database. */
export const DatabaseContext = createContext<Database | null>(null);

/** The database of the views. */
export function useDatabase(): Database {
	const database = useContext(DatabaseContext);
	if (database === null) throw new Error("A DatabaseContext must stand above.");
	return database;
}

/** A query in the words of the browser's client library. */
export function toQuery(db: Firestore, spec: QuerySpec): Query {
	const source = spec.isGroup ? collectionGroup(db, spec.collection) : collection(db, spec.collection);
	const constraints: QueryConstraint[] = [
		...spec.where.map(([field, operator, value]) => where(field, operator, value)),
		...(spec.orderBy ? [orderBy(...spec.orderBy)] : []),
		...(spec.limit === undefined ? [] : [limit(spec.limit)]),
	];
	return query(source, ...constraints);
}
