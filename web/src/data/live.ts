import { doc, onSnapshot, type QueryDocumentSnapshot } from "firebase/firestore";
import { useEffect, useState } from "preact/hooks";
import type { QuerySpec } from "../../../metrics/queries.ts";
import { type Database, useDatabase } from "./database.ts";
import { readsOfSnapshot } from "./reads.ts";
import { toQuery } from "./toQuery.ts";

/** Something that Firestore keeps up to date. */
export type Live<T> =
	| { readonly state: "loading" }
	| { readonly state: "failed"; readonly error: Error }
	| { readonly state: "ready"; readonly value: T };

const LOADING = { state: "loading" } as const;

/**
 * The documents of a query, as they change. While only its limit changes, the documents that are known stay.
 *
 * @param spec The query; null asks for nothing and stays loading.
 * @param read Makes the value of a document; by default that is its fields.
 */
export function useLiveQuery<T>(
	spec: QuerySpec | null,
	read: (snapshot: QueryDocumentSnapshot) => T = fieldsOf,
): Live<readonly T[]> {
	const database = useDatabase();
	const key = JSON.stringify(spec);
	const subject = JSON.stringify(spec && { ...spec, limit: 0 });
	const [known, setKnown] = useState<{ readonly subject: string; readonly live: Live<readonly T[]> }>();
	// The key stands for the query, which is a new object at each render.
	useEffect(() => {
		if (spec === null) return;
		return listen(database, spec, read, (live) => setKnown({ subject, live }));
	}, [database, key]);
	return known?.subject === subject ? known.live : LOADING;
}

/** One document, as it changes; null when it doesn't exist. */
export function useLiveDocument<T>(path: string): Live<T | null> {
	const database = useDatabase();
	const [known, setKnown] = useState<{ readonly path: string; readonly live: Live<T | null> }>();
	useEffect(() => {
		const { db, reads } = database;
		return onSnapshot(
			doc(db, path),
			(snapshot) => {
				reads.add(1);
				setKnown({ path, live: { state: "ready", value: (snapshot.data() as T | undefined) ?? null } });
			},
			(error) => setKnown({ path, live: { state: "failed", error } }),
		);
	}, [database, path]);
	return known?.path === path ? known.live : LOADING;
}

function fieldsOf<T>(snapshot: QueryDocumentSnapshot): T {
	return snapshot.data() as T;
}

function listen<T>(
	{ db, reads }: Database,
	spec: QuerySpec,
	read: (snapshot: QueryDocumentSnapshot) => T,
	tell: (live: Live<readonly T[]>) => void,
): () => void {
	let isFirst = true;
	return onSnapshot(
		toQuery(db, spec),
		(snapshot) => {
			reads.add(readsOfSnapshot(snapshot, isFirst));
			isFirst = false;
			tell({ state: "ready", value: snapshot.docs.map(read) });
		},
		(error) => tell({ state: "failed", error }),
	);
}
