import { getDocs, type QueryDocumentSnapshot, query, startAfter } from "firebase/firestore";
import type { QuerySpec } from "../../../metrics/queries.ts";
import type { Database } from "./database.ts";
import { toQuery } from "./toQuery.ts";

/** A part of what a query finds. `last` is what the next part begins after; null when nothing is left. */
export type ResultPage<T> = { readonly values: readonly T[]; readonly last: QueryDocumentSnapshot | null };

/** Reads a query's documents from a document on, at most `size` of them. */
export async function readPage<T>(
	{ db, reads }: Database,
	spec: QuerySpec,
	size: number,
	after: QueryDocumentSnapshot | null,
): Promise<ResultPage<T>> {
	const found = toQuery(db, { ...spec, limit: size });
	const { docs } = await getDocs(after === null ? found : query(found, startAfter(after)));
	reads.add(Math.max(1, docs.length));
	return {
		values: docs.map((document) => document.data() as T),
		last: docs.length < size ? null : (docs.at(-1) ?? null),
	};
}

/** Documents that are read at a time where all are wanted. */
const BULK_SIZE = 500;

/**
 * Reads everything that a query finds, part by part.
 *
 * @param onProgress Is told how many were read so far.
 * @throws What the signal was aborted with.
 */
export async function readAll<T>(
	database: Database,
	spec: QuerySpec,
	signal: AbortSignal,
	onProgress: (read: number) => void,
): Promise<readonly T[]> {
	const all: T[] = [];
	let after: QueryDocumentSnapshot | null = null;
	do {
		const page: ResultPage<T> = await readPage<T>(database, spec, BULK_SIZE, after);
		signal.throwIfAborted();
		all.push(...page.values);
		onProgress(all.length);
		after = page.last;
	} while (after !== null);
	return all;
}
