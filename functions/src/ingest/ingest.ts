import { contentEventId } from "../events/eventId.ts";
import { isPluginNoise } from "../events/pluginNoise.ts";
import { type Event, type EventSchema, parseEvent } from "../events/schema.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import { type Answer, arrayOk, type EventRefusal, type EventResult, OK, refusal } from "./answer.ts";

/** What ingest needs of the world. */
export type IngestContext = {
	readonly schema: EventSchema;
	/** App ids whose events are accepted; empty accepts all. */
	readonly allowedApps: ReadonlySet<string>;
	/** Actions that are answered with ok but not stored. */
	readonly ignoredActions: ReadonlySet<string>;
	readonly maxEvents: number;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** A random document id, for an event without a timestamp. */
	readonly newEventId: () => string;
	/** Resolves once the events are durable. */
	readonly store: (events: readonly ReceivedEvent[]) => Promise<void>;
};

/**
 * Takes the JSON of a request, stores its valid events and tells what became of each. An array is never refused because
 * of one bad event, and nothing is acknowledged before it is durable.
 *
 * @param json One event, or an array of events.
 * @throws whatever `store` throws; then the client must be told to send again.
 */
export async function ingest(json: object, context: IngestContext): Promise<Answer> {
	return Array.isArray(json) ? ingestArray(json, context) : ingestOne(json, context);
}

async function ingestOne(input: unknown, context: IngestContext): Promise<Answer> {
	const judged = judge(input, context);
	if (!judged.ok) {
		const { error, message, issues } = judged.refusal;
		return refusal(error, message, issues && { issues });
	}
	await storeKept([judged.event], context);
	return OK;
}

async function ingestArray(inputs: readonly unknown[], context: IngestContext): Promise<Answer> {
	if (inputs.length > context.maxEvents) {
		return refusal("too_many_events", `The array holds ${inputs.length} events: send at most ${context.maxEvents}.`);
	}
	const judged = inputs.map((input) => judge(input, context));
	const accepted = judged.flatMap((event) => (event.ok ? [event.event] : []));
	const refusals = judged.flatMap((event) => (event.ok ? [] : [event.refusal]));
	const results = judged.map((event, index) => resultOf(event, index));
	if (refusals.length > 0 && accepted.length === 0) return refuseAll(refusals, results);

	await storeKept(accepted, context);
	return arrayOk(results);
}

type Judged = { readonly ok: true; readonly event: Event } | { readonly ok: false; readonly refusal: EventRefusal };

function judge(input: unknown, { schema, allowedApps }: IngestContext): Judged {
	const parsed = parseEvent(schema, input);
	if (!parsed.ok) {
		const { issues } = parsed;
		const message = issues.map((issue) => `${issue.path} ${issue.message}`.trim()).join("; ");
		return { ok: false, refusal: { error: "invalid_event", message, issues } };
	}
	const appId = parsed.event.app_id;
	if (allowedApps.size > 0 && !allowedApps.has(appId)) {
		const message = "This app is not on the server's list: add it to the ALLOWED_APPS setting to accept it.";
		return { ok: false, refusal: { error: "app_not_allowed", message } };
	}
	return parsed;
}

function resultOf(judged: Judged, index: number): EventResult {
	return judged.ok ? { index, status: "ok" } : { index, status: "error", ...judged.refusal };
}

function refuseAll(refusals: readonly EventRefusal[], results: readonly EventResult[]): Answer {
	const isAppRefused = refusals.every(({ error }) => error === "app_not_allowed");
	return isAppRefused
		? refusal("app_not_allowed", "No event is of an app on the server's list.", { results })
		: refusal("invalid_event", "The array holds no valid event.", { results });
}

async function storeKept(events: readonly Event[], { ignoredActions, now, newEventId, store }: IngestContext) {
	const kept = events.filter((event) => !ignoredActions.has(event.action) && !isPluginNoise(event));
	if (kept.length === 0) return;
	const receivedAt = now();
	await store(
		kept.map((event) => ({
			id: event.timestamp === undefined ? newEventId() : contentEventId(event),
			event,
			receivedAt,
		})),
	);
}
