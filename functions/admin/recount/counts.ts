import * as z from "zod";

/** Counts by their field's path: `events`, `actions.set`, `devices.failed`, `hours.14.failed`. */
export type Counts = ReadonlyMap<string, number>;

const counts = z.record(z.string(), z.number()).default({});
const total = z.number().default(0);

const counterSchema = z.object({
	events: total,
	failed_checks: total,
	actions: counts,
	dev_actions: counts,
	devices: counts,
	dev_devices: counts,
	hours: z.record(z.string(), counts).default({}),
});

/** The fields of a counter document that hold what is counted. Each has a twin for what was erased of it. */
export const COUNTER_FIELDS = Object.keys(counterSchema.shape);

/** The field that holds the part of a counter field whose events were erased: `erased_actions` for `actions`. */
export function erasedField(field: string): string {
	return `erased_${field}`;
}

/**
 * Reads a counter document: what it counts, and the part of that whose events were erased since.
 *
 * @param data The document's fields; undefined where it doesn't exist.
 * @throws z.ZodError when a count is no number: somebody changed it by hand.
 */
export function readCounts(data: Readonly<Record<string, unknown>> | undefined): {
	readonly stored: Counts;
	readonly erased: Counts;
} {
	const erased = COUNTER_FIELDS.map((field) => [field, data?.[erasedField(field)]] as const);
	return {
		stored: byPath(counterSchema.parse(data ?? {})),
		erased: byPath(counterSchema.parse(Object.fromEntries(erased))),
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

function byPath({ events, failed_checks, hours, ...maps }: z.output<typeof counterSchema>): Counts {
	const ofHours = Object.entries(hours).map(([hour, counts]) => [`hours.${hour}`, counts] as const);
	return new Map([
		["events", events],
		["failed_checks", failed_checks],
		...[...Object.entries(maps), ...ofHours].flatMap(([field, counts]) =>
			Object.entries(counts).map(([name, count]) => [`${field}.${name}`, count] as const),
		),
	]);
}
