import { type Event, parseEvent } from "../events/schema.ts";
import { type Answer, arrayOk, type EventRefusal, type EventResult, OK, refusal } from "../http/answer.ts";

/** Refused events of an array that are told why. Else a small request of empty events has an answer 400 times its size. */
const MAX_EXPLAINED_REFUSALS = 20;

/** What a request must be to be accepted. */
export type AcceptanceRules = {
	/** App ids whose events are accepted; empty accepts all. */
	readonly allowedApps: ReadonlySet<string>;
	/** Events in an array at the most. */
	readonly maxEvents: number;
};

/** The events of a request that are accepted, and the answer once they are stored. */
export type Validated = { readonly accepted: readonly Event[]; readonly answer: Answer };

/**
 * Validates each event of a request. An array is never refused because of one bad event.
 *
 * @param json One event, or an array of events. What is returned holds nothing of it: parsed JSON can take twenty times the
 * memory of its text, and must not wait with the events until they are stored.
 */
export function validate(json: object, rules: AcceptanceRules): Validated {
	return Array.isArray(json) ? validateArray(json, rules) : validateOne(json, rules);
}

function validateOne(input: unknown, rules: AcceptanceRules): Validated {
	const validated = validateEvent(input, rules);
	if (validated.ok) return { accepted: [validated.event], answer: OK };
	const { error, message, issues } = validated.refusal;
	return { accepted: [], answer: refusal(error, message, issues && { issues }) };
}

function validateArray(inputs: readonly unknown[], rules: AcceptanceRules): Validated {
	if (inputs.length > rules.maxEvents) {
		const message = `The array holds ${inputs.length} events: send at most ${rules.maxEvents}.`;
		return { accepted: [], answer: refusal("too_many_events", message) };
	}
	const validated = inputs.map((input) => validateEvent(input, rules));
	const accepted = validated.flatMap((event) => (event.ok ? [event.event] : []));
	const refusals = validated.flatMap((event) => (event.ok ? [] : [event.refusal]));
	const results = resultsOf(validated);
	const isRefused = refusals.length > 0 && accepted.length === 0;
	return { accepted, answer: isRefused ? refuseAll(refusals, results) : arrayOk(results) };
}

type ValidatedEvent =
	| { readonly ok: true; readonly event: Event }
	| { readonly ok: false; readonly refusal: EventRefusal };

function validateEvent(input: unknown, { allowedApps }: AcceptanceRules): ValidatedEvent {
	const parsed = parseEvent(input);
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

/** What became of each event; the first refusals with their reasons, the others with their error alone. */
function resultsOf(validated: readonly ValidatedEvent[]): readonly EventResult[] {
	let explained = 0;
	return validated.map((event, index) => {
		if (event.ok) return { index, status: "ok" };
		const { error, ...reasons } = event.refusal;
		explained += 1;
		return { index, status: "error", error, ...(explained <= MAX_EXPLAINED_REFUSALS && reasons) };
	});
}

function refuseAll(refusals: readonly EventRefusal[], results: readonly EventResult[]): Answer {
	const isAppRefused = refusals.every(({ error }) => error === "app_not_allowed");
	return isAppRefused
		? refusal("app_not_allowed", "No event is of an app on the server's list.", { results })
		: refusal("invalid_event", "The array holds no valid event.", { results });
}
