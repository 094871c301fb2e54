import type { AppDocument } from "./documents.ts";

/** Days of which dropped and untracked events are told, today included. */
export const DROPPED_DAYS = 7;

type Told = { readonly [Field in "dropped" | "untracked"]?: AppDocument[Field] | undefined };

/** Events of an app that were not stored, from a UTC day on, because it had sent more than a day's. */
export function droppedSince(app: Told | null, day: string): number {
	return sumSince(app?.dropped, day);
}

/** Events of an app that count without their device, from a UTC day on, because it had more new devices than a day's. */
export function untrackedSince(app: Told | null, day: string): number {
	return sumSince(app?.untracked, day);
}

function sumSince(byDay: Readonly<Record<string, number>> = {}, day: string): number {
	return Object.entries(byDay).reduce((sum, [counted, events]) => (counted >= day ? sum + events : sum), 0);
}
