import * as z from "zod";

/** Counts by their field's path: `events`, `actions.set`, `dev_actions.set`. */
export type Counts = ReadonlyMap<string, number>;

const counts = z.record(z.string(), z.number()).default({});
const total = z.number().default(0);

const counterSchema = z.object({
	events: total,
	actions: counts,
	dev_actions: counts,
	erased_events: total,
	erased_actions: counts,
	erased_dev_actions: counts,
});

/**
 * Reads a counter document: what it counts, and the part of that whose events were erased since.
 *
 * @param data The document's fields; undefined where it doesn't exist.
 * @throws z.ZodError when a count is no number: somebody changed it by hand.
 */
export function readCounts(data: object | undefined): { readonly stored: Counts; readonly erased: Counts } {
	const counter = counterSchema.parse(data ?? {});
	return {
		stored: byField(counter.events, counter.actions, counter.dev_actions),
		erased: byField(counter.erased_events, counter.erased_actions, counter.erased_dev_actions),
	};
}

/** Adds counts field by field. */
export function sumCounts(all: readonly Counts[]): Counts {
	const sum = new Map<string, number>();
	for (const counts of all) {
		for (const [field, count] of counts) sum.set(field, (sum.get(field) ?? 0) + count);
	}
	return sum;
}

function byField(events: number, actions: Record<string, number>, devActions: Record<string, number>): Counts {
	return new Map([
		["events", events],
		...Object.entries(actions).map(([action, count]) => [`actions.${action}`, count] as const),
		...Object.entries(devActions).map(([action, count]) => [`dev_actions.${action}`, count] as const),
	]);
}
