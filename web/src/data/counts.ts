import { type Firestore, getCountFromServer } from "firebase/firestore";
import { useEffect, useRef, useState } from "preact/hooks";
import type { QuerySpec } from "../../../metrics/queries.ts";
import { useDatabase } from "./database.ts";
import { readsOfCount } from "./reads.ts";
import { toQuery } from "./toQuery.ts";

/** A count is not live and is billed by what it counts, so it is taken again at most this often. */
const RECOUNT_MS = 60_000;

/** Counts of many devices are taken again less often: on average they cost no more reads a second than this. */
const MAX_READS_PER_SECOND = 4;

/**
 * Counts that are under way at a time. Over HTTP/1.1 a browser has six connections to a host, and the live queries need
 * some of them.
 */
const MAX_AT_A_TIME = 3;

/** A query to count. It is counted again only when `changedAt` is another than at the last count. */
export type Countable = { readonly spec: QuerySpec; readonly changedAt: number | null };

/** How many documents each query finds, by the name of each. One that was not counted yet is missing. */
export function useCounts(countables: ReadonlyMap<string, Countable>): ReadonlyMap<string, number> {
	const { db, reads } = useDatabase();
	const [counts, setCounts] = useState<ReadonlyMap<string, number>>(new Map());
	const counted = useRef(new Map<string, number | null>());
	const byKey = new Map(
		[...countables].map(([name, countable]) => [JSON.stringify(countable.spec), { name, ...countable }]),
	);
	const round = useRef({ reads: 0, begunAt: 0 });
	const latest = useRef(byKey);
	latest.current = byKey;
	const keys = [...byKey.keys()].sort().join();

	// The keys stand for the queries, which are new objects at each render.
	useEffect(() => {
		let isGone = false;
		const count = async (key: string, { spec, changedAt }: Countable) => {
			counted.current.set(key, changedAt);
			// A count that fails is tried again when something changes; until then the view says that it doesn't know.
			const found = await countDocuments(db, spec).catch(() => undefined);
			if (found === undefined) return;
			reads.add(readsOfCount(found));
			round.current.reads += readsOfCount(found);
			setCounts((before) => new Map(before).set(key, found));
		};
		const countRound = (isDue: (key: string, countable: Countable) => boolean) => {
			const due = [...latest.current].filter(([key, countable]) => isDue(key, countable));
			const countInTurn = async () => {
				// What is left is counted by whoever wants it next: nobody, where the view is gone or may not read any more.
				for (let next = due.shift(); next !== undefined && !isGone; next = due.shift()) await count(...next);
			};
			for (let turn = 0; turn < MAX_AT_A_TIME; turn += 1) countInTurn();
		};
		countRound((key) => !counted.current.has(key));
		const recountChanged = () => {
			const pauseMs = (round.current.reads / MAX_READS_PER_SECOND) * 1_000;
			if (document.visibilityState !== "visible" || Date.now() - round.current.begunAt < pauseMs) return;
			round.current = { reads: 0, begunAt: Date.now() };
			countRound((key, { changedAt }) => counted.current.get(key) !== changedAt);
		};
		const timer = setInterval(recountChanged, RECOUNT_MS);
		return () => {
			isGone = true;
			clearInterval(timer);
		};
	}, [db, reads, keys]);

	return new Map(
		[...byKey].flatMap(([key, { name }]) => {
			const known = counts.get(key);
			return known === undefined ? [] : [[name, known] as const];
		}),
	);
}

/** How many documents a query finds, counted once. */
export async function countDocuments(db: Firestore, spec: QuerySpec): Promise<number> {
	const snapshot = await getCountFromServer(toQuery(db, spec));
	return snapshot.data().count;
}
