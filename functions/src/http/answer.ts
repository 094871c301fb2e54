import type { EventIssue } from "../events/schema.ts";

/** Why a whole request was refused. */
export type RequestError =
	| "invalid_json"
	| "invalid_event"
	| "too_many_events"
	| "body_too_large"
	| "body_timeout"
	| "app_not_allowed"
	| "unauthorized"
	| "method_not_allowed"
	| "internal"
	| "unavailable";

/** What became of one event of an array. */
export type EventResult =
	| { readonly index: number; readonly status: "ok" }
	| ({
			readonly index: number;
			readonly status: "error";
			readonly error: EventRefusal["error"];
	  } & Partial<EventRefusal>);

/** Why one event was refused, and what its sender can do about it. */
export type EventRefusal = {
	readonly error: "invalid_event" | "app_not_allowed";
	readonly message: string;
	readonly issues?: readonly EventIssue[];
};

/** An HTTP answer. Each has a JSON body: the plugin's iOS client takes an empty 2xx for a failure and sends again. */
export type Answer = {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body:
		| { readonly status: "ok"; readonly results?: readonly EventResult[] }
		| {
				readonly status: "error";
				readonly error: RequestError;
				readonly message: string;
				readonly issues?: readonly EventIssue[];
				readonly results?: readonly EventResult[];
		  };
};

/**
 * The HTTP status of each error. The plugin sends an array again after a 408 and a 5xx and drops it for good after any
 * other 4xx; older plugins fall silent at a 429, so no error here is one.
 *
 * Source: `@capgo/capacitor-updater` 8.51.14, `CapgoUpdater.java` and `CapgoUpdater.swift`.
 */
const STATUS: Readonly<Record<RequestError, number>> = {
	invalid_json: 400,
	invalid_event: 400,
	unauthorized: 401,
	app_not_allowed: 403,
	method_not_allowed: 405,
	body_timeout: 408,
	body_too_large: 413,
	too_many_events: 413,
	internal: 500,
	unavailable: 503,
};

/** Seconds after which a client may send again what could not be stored. */
const RETRY_AFTER_S = 60;

/** The answer to one stored event, and to a health check. */
export const OK: Answer = { status: 200, headers: {}, body: { status: "ok" } };

/** The answer to an array of which at least one event was accepted, or that is empty. */
export function arrayOk(results: readonly EventResult[]): Answer {
	return { status: 200, headers: {}, body: { status: "ok", results } };
}

/** The answer to a request that was refused. */
export function refusal(
	error: RequestError,
	message: string,
	details: { readonly issues?: readonly EventIssue[]; readonly results?: readonly EventResult[] } = {},
): Answer {
	return { status: STATUS[error], headers: headersOf(error), body: { status: "error", error, message, ...details } };
}

function headersOf(error: RequestError): Readonly<Record<string, string>> {
	switch (error) {
		case "method_not_allowed":
			return { Allow: "POST, GET, HEAD" };
		case "unavailable":
			return { "Retry-After": String(RETRY_AFTER_S) };
		case "body_timeout":
			// The rest of the body is not read, so no other request can follow on this connection.
			return { Connection: "close" };
		case "body_too_large":
		case "invalid_json":
		case "invalid_event":
		case "too_many_events":
		case "app_not_allowed":
		case "unauthorized":
		case "internal":
			return {};
	}
}
