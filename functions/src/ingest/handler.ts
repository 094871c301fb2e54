import type { ServerResponse } from "node:http";
import type { Settings } from "../config.ts";
import { DeadlineExceeded, withinDeadline } from "../firestore/deadline.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import { type Answer, OK, refusal } from "../http/answer.ts";
import { isAuthorized, presentedSecrets } from "../http/authorization.ts";
import { type BodyRefusal, bodyEncoding, parseBody, type Request, receiveBody } from "../http/body.ts";
import { createLimiter } from "../http/limiter.ts";
import type { Logs } from "../logs.ts";
import { storeAccepted } from "./storeAccepted.ts";
import { type Validated, validate } from "./validate.ts";

/** A client that needs longer than this for its body is gone or hostile. */
const BODY_TIMEOUT_MS = 30_000;

/**
 * The plugin waits 20 seconds for an answer, a cold start included: these milliseconds after the last byte of its request it
 * is told to send again, whatever its events wait for.
 */
const ANSWER_DEADLINE_MS = 10_000;

/** A larger body waits for its turn. Hardly any of the plugin's does: this holds more than 100 of its events. */
const SMALL_BODY_BYTES = 65_536;

/**
 * Bodies above that size which an instance decompresses, parses and stores at a time: each takes several times its bytes.
 * With 80 of the largest size at a time, that alone would be more than the memory of an instance.
 */
const LARGE_BODIES_AT_A_TIME = 2;

/** What the handler needs of the world. */
export type StatsContext = {
	readonly settings: Settings;
	/** The secrets of which a request must carry one; none lets every request in. */
	readonly secrets: ReadonlySet<string>;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** A random document id. */
	readonly newEventId: () => string;
	/** Resolves once the events are durable; rejects when storage is unavailable. A small request may share a commit. */
	readonly store: (events: readonly ReceivedEvent[], request: { readonly isLarge: boolean }) => Promise<void>;
	readonly logs: Logs;
};

/** Events could not be stored; the cause says why. */
class StorageFailed extends Error {}

/** Makes the HTTP handler of `stats`: it reads the request, has its events validated and stored, and writes the answer. It never throws. */
export function createStatsHandler({ settings, secrets, now, newEventId, store, logs }: StatsContext) {
	const rules = {
		allowedApps: settings.ALLOWED_APPS,
		maxEvents: settings.MAX_EVENTS_PER_REQUEST,
	};
	const { MAX_BODY_BYTES: maxBytes } = settings;
	const inTurn = createLimiter(LARGE_BODIES_AT_A_TIME);

	async function answerTo(request: Request): Promise<Answer> {
		if (request.method === "GET" || request.method === "HEAD") return OK;
		if (request.method !== "POST") return refusal("method_not_allowed", "Send events with POST.");
		if (!isAuthorized(presentedSecrets(request), secrets)) {
			return refusal(
				"unauthorized",
				"The secret is missing or wrong: send it as the query parameter `secret` or the header `x-stats-secret`.",
			);
		}
		const received = await receiveBody(request, { maxBytes, timeoutMs: BODY_TIMEOUT_MS });
		if (!received.ok) return refusal(received.error, received.message);
		const encoding = bodyEncoding(request);
		try {
			return await withinDeadline((signal) => answerToBody(received.bytes, encoding, signal), ANSWER_DEADLINE_MS);
		} catch (error) {
			if (error instanceof StorageFailed) logs.storageFailed(error.cause);
			else if (error instanceof DeadlineExceeded) logs.storageFailed(error);
			else throw error;
			return refusal("unavailable", "The events could not be stored: send them again.");
		}
	}

	/** A body is large once it is: neither its length nor its encoding tells before. */
	async function answerToBody(bytes: Buffer, encoding: string | undefined, signal: AbortSignal): Promise<Answer> {
		const validated = await validateBody(bytes, encoding, Math.min(SMALL_BODY_BYTES, maxBytes));
		if (!("error" in validated) || validated.error !== "body_too_large") return storeValidated(validated, false);
		return inTurn(async () => storeValidated(await validateBody(bytes, encoding, maxBytes), true), signal);
	}

	/** What was decompressed and parsed of a body is let go before anything is stored. */
	async function validateBody(
		bytes: Buffer,
		encoding: string | undefined,
		maxBytes: number,
	): Promise<Validated | BodyRefusal> {
		const body = await parseBody(bytes, encoding, maxBytes);
		return body.ok ? validate(body.json, rules) : body;
	}

	async function storeValidated(validated: Validated | BodyRefusal, isLarge: boolean): Promise<Answer> {
		if ("error" in validated) return refusal(validated.error, validated.message);
		return storeAccepted(validated, {
			ignoredActions: settings.IGNORED_ACTIONS,
			now,
			newEventId,
			store: (events) =>
				store(events, { isLarge }).catch((cause: unknown) => {
					throw new StorageFailed("The events could not be stored.", { cause });
				}),
		});
	}

	return async (request: Request, response: ServerResponse): Promise<void> => {
		try {
			const answer = await answerTo(request);
			logRefusals(logs, answer);
			send(answer, response);
		} catch (error) {
			logs.requestFailed(error);
			if (response.headersSent) response.destroy();
			else send(refusal("internal", "The server failed to answer: send the events again."), response);
		}
	};
}

function send({ status, headers, body }: Answer, response: ServerResponse): void {
	const json = Buffer.from(JSON.stringify(body));
	response
		.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Content-Length": json.length, ...headers })
		.end(json);
}

function logRefusals(logs: Logs, { status, body }: Answer): void {
	if (body.status === "error") {
		// What is unavailable was told with its cause.
		if (body.error !== "unavailable") logs.requestRefused(body.error, status, body.issues?.[0]?.path);
		return;
	}
	const refused = body.results?.flatMap((result) => (result.status === "error" ? [result] : [])) ?? [];
	const [first] = refused;
	if (first) logs.eventsRefused(first.error, refused.length, first.issues?.[0]?.path);
}
