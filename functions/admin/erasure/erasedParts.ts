import { FieldPath, FieldValue } from "@google-cloud/firestore";
import { type CountedEvent, tally } from "../../src/counters/tally.ts";
import { erasedField } from "../recount/counts.ts";

/** What is added to the fields of one counter document, by their paths. */
export type ErasedPart = { readonly path: string; readonly increments: readonly (readonly [FieldPath, FieldValue])[] };

/**
 * What counted events leave behind when they are erased: what to add to the `erased_…` fields of the days in which they
 * count. The counters keep what they hold, and a later recount finds here what it no longer finds as events. It names nobody.
 */
export function erasedParts(events: readonly CountedEvent[]): readonly ErasedPart[] {
	const days = [...tally(events)].filter(([, { identity }]) => "day" in identity);
	return days.map(([path, { fields }]) => ({
		path,
		increments: [...fields].map(([field, by]) => {
			const [first = field, ...rest] = field.split(".");
			return [new FieldPath(erasedField(first), ...rest), FieldValue.increment(by)] as const;
		}),
	}));
}
