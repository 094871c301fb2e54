import type { Answer, RequestError } from "../../functions/src/http/answer.ts";

/** Whom to send to, and how. */
export type Target = {
	readonly url: string;
	/** The server's secret, where it asks for one. */
	readonly secret?: string | undefined;
	readonly fetch?: typeof fetch | undefined;
};

/** How a request went. */
export type PostResult = { readonly isOk: true } | PostFailure;

export type PostFailure = {
	readonly isOk: false;
	/** Whether there was an answer, if not the one that the plugin expects. */
	readonly isAnswered: boolean;
	/** Whether the plugins that send again would send it again. */
	readonly isTransient: boolean;
	readonly problem: string;
	/** What to do about it. */
	readonly remedy: string;
	readonly retryAfterMs: number;
};

/** The functions emulator may have to start a process first. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Sends a body to a stats URL, and takes nothing for a success but the answer that the plugin expects. It never throws. */
export async function post(body: unknown, { url, secret, fetch = globalThis.fetch }: Target): Promise<PostResult> {
	const headers = { "content-type": "application/json", ...(secret !== undefined && { "x-stats-secret": secret }) };
	return request(fetch, url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Asks a stats URL whether it is there. It never throws. */
export async function checkHealth({ url, fetch = globalThis.fetch }: Target): Promise<PostResult> {
	return request(fetch, url, { method: "GET" });
}

async function request(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<PostResult> {
	try {
		const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
		return readResult(response, await response.text());
	} catch (error) {
		return {
			isOk: false,
			isAnswered: false,
			isTransient: true,
			problem: networkProblem(error),
			remedy: "Start the suite with npm start, or give another --url.",
			retryAfterMs: 0,
		};
	}
}

function readResult({ status, headers }: Response, text: string): PostResult {
	const answer = parseAnswer(text);
	const refusedEvent = answer?.results?.find((result) => result.status === "error");
	if (status === 200 && answer?.status === "ok" && !refusedEvent) return { isOk: true };

	const refusal = refusedEvent ?? (answer?.status === "error" ? answer : undefined);
	const isTransient = status === 408 || status === 429 || status >= 500;
	const unknown = isTransient ? `${excerpt(text)}.` : `${excerpt(text)}, which is no answer of a stats URL.`;
	return {
		isOk: false,
		isAnswered: true,
		isTransient,
		problem: `${status} ${refusal ? `${refusal.error}: ${refusal.message}` : unknown}`,
		remedy: isTransient ? "The server's log tells why." : remedyFor(refusal?.error),
		retryAfterMs: (Number(headers.get("retry-after")) || 0) * 1_000,
	};
}

function remedyFor(refusal: RequestError | undefined): string {
	switch (refusal) {
		case undefined:
			return "Give the address of the function stats with --url.";
		case "unauthorized":
			return "Give the server's secret with --secret.";
		case "app_not_allowed":
			return "Or give --app an app that ALLOWED_APPS names.";
		case "invalid_json":
		case "invalid_event":
		case "too_many_events":
		case "body_too_large":
		case "body_timeout":
		case "method_not_allowed":
		case "internal":
		case "unavailable":
			return "The server's log tells more.";
	}
}

function parseAnswer(text: string): Answer["body"] | undefined {
	try {
		return (JSON.parse(text) as Answer["body"] | null) ?? undefined;
	} catch {
		return undefined;
	}
}

function excerpt(text: string): string {
	return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function networkProblem(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	return `${cause instanceof Error ? cause.message || cause.name : cause}.`;
}
