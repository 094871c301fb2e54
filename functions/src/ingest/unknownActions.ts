import { isKnownAction } from "../events/actions.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";

/** Names that an instance tells of at the most: a client may make up any number. */
const MAX_NAMES = 100;

/**
 * Makes a function that tells of actions that nobody knows, each once in the life of an instance. A new plugin may send them:
 * they are stored, and count by their own name as soon as that is known.
 */
export function createUnknownActionReport(
	extraActions: ReadonlySet<string>,
	report: (appId: string, action: string) => void,
): (events: readonly ReceivedEvent[]) => void {
	const told = new Set<string>();
	return (events) => {
		for (const { event } of events) {
			const { app_id: appId, action } = event;
			if (told.size >= MAX_NAMES) return;
			if (isKnownAction(action, extraActions) || told.has(action)) continue;
			told.add(action);
			report(appId, action);
		}
	};
}
