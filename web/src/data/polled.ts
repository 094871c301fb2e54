import { doc, type Firestore, getDoc, getDocs } from "firebase/firestore";
import { useEffect, useRef, useState } from "preact/hooks";
import type { QuerySpec } from "../../../metrics/queries.ts";
import { type Database, useDatabase } from "./database.ts";
import type { Live } from "./live.ts";
import type { ReadTally } from "./reads.ts";
import { toQuery } from "./toQuery.ts";

/**
 * Counters are looked at so often, in milliseconds. Under load every commit writes them, and whoever listened would pay a
 * read for each.
 */
export const LOOK_AGAIN_MS = 15_000;

const LOADING = { state: "loading" } as const;

/**
 * A document, looked at again and again while the page can be seen; null when it doesn't exist.
 *
 * @param path The document; null asks for nothing and stays loading.
 */
export function usePolledDocument<T>(path: string | null, everyMs: number = LOOK_AGAIN_MS): Live<T | null> {
	const { db, reads } = useDatabase();
	const look = useLooks(everyMs);
	const [known, setKnown] = useState<{ readonly path: string; readonly live: Live<T | null> }>();
	useEffect(() => {
		if (path === null) return;
		let isGone = false;
		readDocument<T>(db, reads, path).then(
			(value) => {
				if (!isGone) setKnown({ path, live: { state: "ready", value } });
			},
			(error: unknown) => {
				if (!isGone) setKnown((before) => (isReady(before, path) ? before : { path, live: failed(error) }));
			},
		);
		return () => {
			isGone = true;
		};
	}, [db, reads, path, look]);
	return known !== undefined && known.path === path ? known.live : LOADING;
}

/**
 * The documents of a query, read again when `asOf` changes. What was read before stays until then, also while the new answer
 * is on its way or fails.
 *
 * @param spec The query; null asks for nothing and stays loading.
 */
export function useQueryAsOf<T>(spec: QuerySpec | null, asOf: unknown): Live<readonly T[]> {
	const database = useDatabase();
	const key = JSON.stringify(spec);
	const [known, setKnown] = useState<{ readonly key: string; readonly live: Live<readonly T[]> }>();
	// The key stands for the query, which is a new object at each render.
	useEffect(() => {
		if (spec === null) return;
		let isGone = false;
		readQuery<T>(database, spec).then(
			(value) => {
				if (!isGone) setKnown({ key, live: { state: "ready", value } });
			},
			(error: unknown) => {
				if (!isGone) setKnown((before) => (isReady(before, key) ? before : { key, live: failed(error) }));
			},
		);
		return () => {
			isGone = true;
		};
	}, [database, key, asOf]);
	return known?.key === key ? known.live : LOADING;
}

/** Reads a query once. */
export async function readQuery<T>({ db, reads }: Database, spec: QuerySpec): Promise<readonly T[]> {
	const { docs } = await getDocs(toQuery(db, spec));
	// https://firebase.google.com/docs/firestore/pricing: a query that finds nothing costs a read too.
	reads.add(Math.max(1, docs.length));
	return docs.map((document) => document.data() as T);
}

async function readDocument<T>(db: Firestore, reads: ReadTally, path: string): Promise<T | null> {
	const snapshot = await getDoc(doc(db, path));
	reads.add(1);
	return (snapshot.data() as T | undefined) ?? null;
}

/** Counts up at each moment to look again. Nobody looks at a page in the background: it looks when it is seen again. */
function useLooks(everyMs: number): number {
	const [look, setLook] = useState(0);
	const lookedAt = useRef(Date.now());
	useEffect(() => {
		const lookAgain = () => {
			if (document.visibilityState !== "visible" || Date.now() - lookedAt.current < everyMs * 0.9) return;
			lookedAt.current = Date.now();
			setLook((before) => before + 1);
		};
		const timer = setInterval(lookAgain, everyMs);
		document.addEventListener("visibilitychange", lookAgain);
		return () => {
			clearInterval(timer);
			document.removeEventListener("visibilitychange", lookAgain);
		};
	}, [everyMs]);
	return look;
}

function isReady(
	known: { readonly live: Live<unknown>; readonly key?: string; readonly path?: string } | undefined,
	key: string,
): boolean {
	return known?.live.state === "ready" && (known.key ?? known.path) === key;
}

function failed(error: unknown): { readonly state: "failed"; readonly error: Error } {
	return { state: "failed", error: error instanceof Error ? error : new Error(String(error)) };
}
