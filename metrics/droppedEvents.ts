import type { AppDocument } from "./documents.ts";

/** Days of which dropped events are told, today included. */
export const DROPPED_DAYS = 7;

/** Events of an app that were not stored, from a UTC day on, because it had sent more than a day's. */
export function droppedSince(
	app: { readonly dropped?: AppDocument["dropped"] | undefined } | null,
	day: string,
): number {
	const days = Object.entries(app?.dropped ?? {}).filter(([dropped]) => dropped >= day);
	return days.reduce((sum, [, events]) => sum + events, 0);
}
