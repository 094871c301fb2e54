import type { QueryDocumentSnapshot } from "firebase/firestore";
import { useEffect, useRef, useState } from "preact/hooks";
import type { QuerySpec } from "../../../metrics/queries.ts";
import { useDatabase } from "./database.ts";
import { readPage } from "./pages.ts";

/** The first documents of a query, as far as they were read. */
export type Paged<T> = {
	readonly state: "loading" | "failed" | "ready";
	readonly values: readonly T[];
	/** Whether nothing is left. */
	readonly isComplete: boolean;
};

/**
 * Reads the first documents of a query, and more of them when the target grows, each once.
 *
 * @param target How many are wanted.
 * @param asOf They are read again when it changes, as long as the target is what it was at first: what was read on demand
 *   would have to be read and paid for again.
 */
export function usePagedQuery<T>(spec: QuerySpec, target: number, asOf: unknown): Paged<T> {
	const database = useDatabase();
	const key = JSON.stringify(spec);
	const first = useRef(target);
	const latest = useRef<Known<T>>(nothing());
	const [known, setKnown] = useState<Known<T>>(latest.current);
	const isFirst = target === first.current;

	// The key stands for the query, which is a new object at each render.
	useEffect(() => {
		let isGone = false;
		const tell = (next: Known<T>) => {
			if (isGone) return;
			latest.current = next;
			setKnown(next);
		};
		const read = async () => {
			const before = latest.current.key === key && !isFirst ? latest.current : nothing<T>();
			if (before.state === "ready" && (before.values.length >= target || before.last === null)) return;
			const page = await readPage<T>(database, spec, target - before.values.length, before.last);
			tell({ key, state: "ready", values: [...before.values, ...page.values], last: page.last });
		};
		read().catch(() => {
			if (latest.current.key !== key) tell({ ...nothing<T>(), key, state: "failed" });
		});
		return () => {
			isGone = true;
		};
	}, [database, key, target, isFirst ? asOf : null]);

	if (known.key !== key) return { state: "loading", values: [], isComplete: false };
	return { state: known.state, values: known.values, isComplete: known.state === "ready" && known.last === null };
}

type Known<T> = {
	readonly key: string | null;
	readonly state: "loading" | "failed" | "ready";
	readonly values: readonly T[];
	readonly last: QueryDocumentSnapshot | null;
};

function nothing<T>(): Known<T> {
	return { key: null, state: "loading", values: [], last: null };
}
