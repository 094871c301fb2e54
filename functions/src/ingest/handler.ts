import type { IncomingMessage, ServerResponse } from "node:http";
import type { Settings } from "../config.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import type { Logs } from "../logs.ts";
import { type Answer, OK, refusal } from "./answer.ts";
import { isAuthorized } from "./authorization.ts";
import { readBody } from "./body.ts";
import { storeAccepted, type Validated, validate } from "./ingest.ts";
import { createTurns } from "./turns.ts";

/** A client that needs longer than this for its body is gone or hostile. The plugin's own timeout is 20 s. */
const BODY_TIMEOUT_MS = 30_000;

/** A body of more bytes waits for its turn. Hardly any of the plugin's does: this holds more than 100 of its events. */
const SMALL_BODY_BYTES = 65_536;

/**
 * Bodies above that size which an instance reads at a time. With 80 requests of the largest size at a time, their bytes
 * alone would be more than the memory of an instance.
 */
const LARGE_BODIES_AT_A_TIME = 8;

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

/** A request, with its body where the hosting server has read it already. */
type Request = IncomingMessage & { readonly rawBody?: Buffer };

/** Makes the HTTP handler of `stats`: it reads the request, calls ingest, and writes the answer. */
export function createStatsHandler({ settings, secrets, now, newEventId, store, logs }: StatsContext) {
	const rules = {
		allowedApps: settings.ALLOWED_APPS,
		maxEvents: settings.MAX_EVENTS_PER_REQUEST,
	};
	const limits = { maxBytes: settings.MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS };
	const inTurn = createTurns(LARGE_BODIES_AT_A_TIME);

	async function answerTo(request: Request): Promise<Answer> {
		if (request.method === "GET" || request.method === "HEAD") return OK;
		if (request.method !== "POST") return refusal("method_not_allowed", "Send events with POST.");
		if (!isAuthorized(presentedSecret(request), secrets)) {
			return refusal(
				"unauthorized",
				"The secret is missing or wrong: send it as the query parameter `secret` or the header `x-stats-secret`.",
			);
		}
		const isLarge = mayBeLarge(request);
		const validated = await (isLarge ? inTurn(() => readEvents(request)) : readEvents(request));
		try {
			return await storeAccepted(validated, {
				ignoredActions: settings.IGNORED_ACTIONS,
				now,
				newEventId,
				store: (events) => store(events, { isLarge }),
			});
		} catch (error) {
			logs.storageFailed(error);
			return refusal("unavailable", "The events could not be stored: send them again.");
		}
	}

	/** The body and what was parsed of it are let go before anything is stored. */
	async function readEvents(request: Request): Promise<Validated> {
		const body = await readBody(request, bodyEncoding(request), limits);
		return body.ok ? validate(body.json, rules) : { accepted: [], answer: refusal(body.error, body.message) };
	}

	return async (request: Request, response: ServerResponse): Promise<void> => {
		const answer = await answerTo(request);
		logRefusals(logs, answer);
		send(answer, response);
	};
}

/** Whether a body may become large: it is announced so, its length is unknown, or it is compressed. */
function mayBeLarge(request: Request): boolean {
	return bodyEncoding(request) !== undefined || announcedLength(request) > SMALL_BODY_BYTES;
}

function bodyEncoding({ rawBody, headers }: Request): string | undefined {
	// What the hosting server has read, it has decompressed.
	return rawBody === undefined ? headers["content-encoding"] : undefined;
}

function announcedLength({ headers }: Request): number {
	return Number(headers["content-length"] ?? Number.POSITIVE_INFINITY);
}

function presentedSecret({ url = "", headers }: Request): string | undefined {
	const query = new URLSearchParams(url.includes("?") ? url.slice(url.indexOf("?")) : "");
	const [secret, ...others] = query.getAll("secret");
	if (others.length > 0) return undefined;
	return secret ?? headers["x-stats-secret"]?.toString();
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
