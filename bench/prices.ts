/**
 * List prices in dollars: of a million operations, and of a GiB kept for a month.
 *
 * `us-central1`: https://cloud.google.com/firestore/pricing, seen in November 2026. The multi-regions `nam5` and `eur3`:
 * https://firebase.google.com/docs/firestore/pricing as it listed them with one price for every multi-region; the page of
 * today shows prices by location in a table that a program can't read. Requests are Cloud Run's, of the regions of its first
 * tier, in which the functions of all three run: https://cloud.google.com/run/pricing. A trigger's delivery is one.
 */
export const PRICES = {
	"us-central1": { write: 0.9, read: 0.3, deletion: 0.1, request: 0.4, gibMonth: 0.15 },
	nam5: { write: 1.8, read: 0.6, deletion: 0.2, request: 0.4, gibMonth: 0.18 },
	eur3: { write: 1.8, read: 0.6, deletion: 0.2, request: 0.4, gibMonth: 0.18 },
} as const;

export type PricedLocation = keyof typeof PRICES;

/** How many of each operation an event causes. */
export type OperationsPerEvent = Readonly<Record<"write" | "read" | "deletion" | "request", number>>;

/** What a million events cost in dollars, without CPU and storage. */
export function dollarsPerMillionEvents(
	{ write, read, deletion, request }: OperationsPerEvent,
	location: PricedLocation = "us-central1",
): number {
	const prices = PRICES[location];
	return prices.write * write + prices.read * read + prices.deletion * deletion + prices.request * request;
}

const DAYS_A_MONTH = 365 / 12;

/** What it costs in dollars to keep so many bytes for each of a million events, for so many days. */
export function dollarsForStorage(bytes: number, days: number, location: PricedLocation): number {
	const gib = (bytes * 1_000_000) / 2 ** 30;
	return (PRICES[location].gibMonth * gib * days) / DAYS_A_MONTH;
}
