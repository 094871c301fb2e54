/**
 * List prices of us-central1 in dollars a million: https://cloud.google.com/firestore/pricing (writes, reads, deletions),
 * https://cloud.google.com/run/pricing (requests; a trigger's delivery is one).
 */
export const PRICES = { write: 0.9, read: 0.3, deletion: 0.1, request: 0.4 } as const;

/** How many of each operation an event causes. */
export type OperationsPerEvent = Readonly<Record<keyof typeof PRICES, number>>;

/** What a million events cost in dollars, without CPU and storage. */
export function dollarsPerMillionEvents(operations: OperationsPerEvent): number {
	const { write, read, deletion, request } = operations;
	return PRICES.write * write + PRICES.read * read + PRICES.deletion * deletion + PRICES.request * request;
}
