import { actionKind } from "../events/actions.ts";
import { opensUpdate, versionNamed } from "../events/attribution.ts";
import { eventId } from "../events/eventId.ts";
import { isPluginNoise } from "../events/pluginNoise.ts";
import type { Event } from "../events/schema.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import type { Answer } from "../http/answer.ts";
import type { Validated } from "./validate.ts";

/** What storing the accepted events needs of the world. */
export type StoreContext = {
	/** Actions that are answered with ok but not stored. */
	readonly ignoredActions: ReadonlySet<string>;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** A random document id, for an event that can't be known again. */
	readonly newEventId: () => string;
	/** Resolves once the events are durable. */
	readonly store: (events: readonly ReceivedEvent[]) => Promise<void>;
};

/**
 * Stores the accepted events but those that are ignored or say nothing.
 *
 * @returns The answer. Nothing is acknowledged before it is durable.
 * @throws whatever `store` throws; then the client must be told to send again.
 */
export async function storeAccepted({ accepted, answer }: Validated, context: StoreContext): Promise<Answer> {
	const { ignoredActions, now, newEventId, store } = context;
	const kept = accepted.filter((event) => !ignoredActions.has(event.action) && !isPluginNoise(event));
	if (kept.length === 0) return answer;
	const receivedAt = now();
	await store(
		kept.map((event) => ({
			...(eventId(event, receivedAt) ?? { id: newEventId() }),
			event,
			receivedAt,
			targets: targetsFor(event, kept),
		})),
	);
	return answer;
}

/**
 * For a failure that doesn't name its bundle: the bundles that its device was downloading by what else the request tells.
 * The plugin sends together what it queued, and whatever is stored apart may be counted in another order.
 */
function targetsFor(failure: Event, events: readonly Event[]): readonly string[] {
	if (actionKind(failure.action) !== "failure" || versionNamed(failure) === "target") return [];
	const own = events.filter(({ device_id, app_id }) => device_id === failure.device_id && app_id === failure.app_id);
	return [...new Set(own.filter(opensUpdate).map(({ version_name }) => version_name))];
}
