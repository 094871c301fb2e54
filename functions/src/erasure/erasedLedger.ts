import { type DocumentData, FieldValue } from "@google-cloud/firestore";
import type { StoredEvent } from "../counters/storedEvent.ts";
import { tally } from "../counters/tally.ts";

/**
 * What counted events leave behind when they are erased: the days' documents by path, with what to add to their
 * `erased_…` fields. The counters keep what they hold, and a later recount finds here what it no longer finds as events.
 * It names nobody.
 */
export function erasedLedger(events: readonly StoredEvent[]): ReadonlyMap<string, DocumentData> {
	const days = [...tally(events)].filter(([, { identity }]) => "day" in identity);
	return new Map(days.map(([path, { identity, fields }]) => [path, { ...identity, ...increments(fields) }]));
}

/** `actions.set` by 2 becomes `erased_actions: { set: increment(2) }`, for a write that merges. */
function increments(fields: ReadonlyMap<string, number>): DocumentData {
	const ledger: Record<string, DocumentData | FieldValue> = {};
	for (const [path, by] of fields) {
		const [field, action] = path.split(".");
		const erased = `erased_${field}`;
		const increment = FieldValue.increment(by);
		ledger[erased] = action === undefined ? increment : { ...ledger[erased], [action]: increment };
	}
	return ledger;
}
