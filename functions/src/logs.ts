import { error, warn } from "firebase-functions/logger";
import { withoutDocumentNames } from "./firestore/documentNames.ts";

/**
 * What the functions write to Cloud Logging: one structured line an occurrence, its kind in `log_event`. No line holds a
 * device id or a request's body. `docs/operations.md` lists the kinds and the alerts that they serve.
 */
export const logs = {
	/** A whole request was refused: why, and the first field that was wrong. */
	requestRefused(reason: string, status: number, field: string | undefined): void {
		warn("Request refused", { log_event: "request_refused", reason, status, field });
	},

	/** Some events of an array were refused, the others accepted: why the first one was, and its first wrong field. */
	eventsRefused(reason: string, refusedEvents: number, field: string | undefined): void {
		warn("Events refused", { log_event: "events_refused", reason, refusedEvents, field });
	},

	/** A request could not be answered, for a cause that nobody foresaw. The client got a 500. */
	requestFailed(cause: unknown): void {
		error("Request failed", { log_event: "request_failed", ...placeOf(cause) });
	},

	/** Events could not be stored. Their clients were told to send again. */
	storageFailed(cause: unknown): void {
		error("Events could not be stored", { log_event: "storage_failed", ...causeOf(cause) });
	},

	/** Events beyond a device's daily number were dropped. */
	eventsDropped(appId: string, droppedEvents: number): void {
		warn("Events dropped: a device sent too many", { log_event: "events_dropped", appId, droppedEvents });
	},

	/** Events beyond an app's daily number were dropped. */
	appEventsDropped(appId: string, droppedEvents: number): void {
		error("Events dropped: an app sent too many", { log_event: "app_events_dropped", appId, droppedEvents });
	},

	/** An app has more new versions today than keep their name. */
	tooManyVersions(appId: string): void {
		warn("New versions count as other: an app has too many", { log_event: "too_many_versions", appId });
	},

	/** An app has more new devices today than are made. */
	tooManyDevices(appId: string): void {
		warn("Events of new devices count without them: an app has too many", { log_event: "too_many_devices", appId });
	},

	/** An event could not be counted now. It will be delivered again. */
	countingFailed(cause: unknown): void {
		error("An event could not be counted yet", { log_event: "counting_failed", ...causeOf(cause) });
	},

	/** Events waited uncounted for more than ten minutes: their trigger is off, or fails. */
	eventsWaiting(waitingEvents: number, oldestSeconds: number, isFinished: boolean): void {
		warn("Events waited to be counted", { log_event: "events_waiting", waitingEvents, oldestSeconds, isFinished });
	},

	/** An app could not be judged, or watched, in this run of the schedule. The next one tries again. */
	watchFailed(appId: string, cause: unknown): void {
		error("An app could not be judged", { log_event: "watch_failed", appId, ...causeOf(cause) });
	},

	/** A webhook did not take an alert: why. Neither its URL nor its address is told. */
	webhookFailed(appId: string, webhook: string, reason: string): void {
		warn("A webhook did not take an alert", { log_event: "webhook_failed", appId, webhook, reason });
	},

	/** An alert could not be sent, for another cause than a webhook. It will be delivered again. */
	sendingFailed(cause: unknown): void {
		error("An alert could not be sent yet", { log_event: "sending_failed", ...causeOf(cause) });
	},

	/** Whether a release is well could not be read. */
	healthFailed(cause: unknown): void {
		error("The health of a release could not be read", { log_event: "health_failed", ...causeOf(cause) });
	},

	/** An action that nobody knows was stored. It counts as one of its name when `EXTRA_ACTIONS` names it. */
	unknownAction(appId: string, action: string): void {
		warn("Unknown action", { log_event: "unknown_action", appId, action });
	},

	/** An event's document is not one that ingest wrote. It is left as it is and never counted. */
	eventMalformed(problem: string): void {
		error("Malformed event set aside", { log_event: "event_malformed", problem });
	},
};

/** The log events, so that a test can pass its own. */
export type Logs = typeof logs;

function causeOf(cause: unknown) {
	if (!(cause instanceof Error)) return { cause: withoutDocumentNames(String(cause)) };
	return { cause: withoutDocumentNames(cause.message), code: "code" in cause ? cause.code : undefined };
}

/**
 * What kind of error was thrown, and where. The message of an error that nobody foresaw may hold anything, the device's id
 * too: it stays out.
 */
function placeOf(cause: unknown) {
	if (!(cause instanceof Error)) return { cause: typeof cause };
	const frames = cause.stack?.slice(`${cause.name}: ${cause.message}`.length).split("\n") ?? [];
	return {
		cause: cause.name,
		code: "code" in cause ? cause.code : undefined,
		stack: frames.map((frame) => frame.trim()).filter((frame) => frame.startsWith("at ")),
	};
}
