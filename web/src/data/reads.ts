import type { QuerySnapshot } from "firebase/firestore";

/** Counts the documents that the page reads: they are what Firestore bills. */
export type ReadTally = {
	readonly total: () => number;
	readonly add: (documents: number) => void;
	/** Tells of every change, until the returned function is called. */
	readonly subscribe: (listener: () => void) => () => void;
};

/** A tally that begins at 0. */
export function createReadTally(): ReadTally {
	let total = 0;
	const listeners = new Set<() => void>();
	return {
		total: () => total,
		add: (documents) => {
			total += documents;
			for (const listener of listeners) listener();
		},
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}

/**
 * What a snapshot of a live query costs: each document that came or changed, and 1 for a query that finds nothing.
 * https://firebase.google.com/docs/firestore/pricing
 */
export function readsOfSnapshot(snapshot: QuerySnapshot, isFirst: boolean): number {
	const changed = snapshot.docChanges().filter(({ type }) => type !== "removed").length;
	return isFirst ? Math.max(1, changed) : changed;
}

/** What a count query costs: 1 for every 1,000 index entries that it counts, and at least 1. */
export function readsOfCount(count: number): number {
	return Math.max(1, Math.ceil(count / 1_000));
}
