import type { StoredEvent } from "../../functions/src/counters/storedEvent.ts";
import { tally } from "../../functions/src/counters/tally.ts";

type Fields<T> = Readonly<Record<string, T | Readonly<Record<string, T>>>>;

/**
 * What to merge into the counters of an event's app, version and day, by the path of each, as nested maps. No device is
 * counted.
 *
 * @param fieldAfter What to write to a field (`events`, `actions.set`) of a path that grows by so much.
 */
export function countersOf<T>(
	event: StoredEvent,
	fieldAfter: (field: string, by: number, path: string) => T,
): ReadonlyMap<string, Fields<T>> {
	const sums = tally([{ event, ledger: { countedAs: event.action, gained: [], lost: [] } }]);
	return new Map(
		[...sums].map(([path, { fields }]) => [path, nested(fields, (field, by) => fieldAfter(field, by, path))]),
	);
}

function nested<T>(increments: ReadonlyMap<string, number>, fieldAfter: (field: string, by: number) => T): Fields<T> {
	const fields: Record<string, T | Record<string, T>> = {};
	for (const [field, by] of increments) {
		const [name = field, action] = field.split(".");
		const value = fieldAfter(field, by);
		fields[name] = action === undefined ? value : { ...(fields[name] as Record<string, T>), [action]: value };
	}
	return fields;
}
