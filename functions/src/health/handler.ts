import type { IncomingMessage, ServerResponse } from "node:http";
import type { Firestore } from "@google-cloud/firestore";
import { MAX_NAME_LENGTH } from "../events/sizes.ts";
import { withinDeadline } from "../firestore/deadline.ts";
import type { Logs } from "../logs.ts";
import { createCache } from "./cache.ts";
import type { Health } from "./healthOf.ts";
import { type AppMetrics, metricsText, OPEN_METRICS } from "./metricsText.ts";
import { readHealth, readMetrics, readRanAt } from "./readHealth.ts";
import { presentedToken, tokenPath } from "./token.ts";

/** So long an instance remembers what it read. A token that was removed is good until then, too. */
const MAX_AGE_MS = 60_000;

/** An entry is a kilobyte or two; the metrics of an app some forty. */
const MAX_ENTRIES = 1_000;
const MAX_APPS = 100;

/** An update server does not wait longer. */
const DEADLINE_MS = 10_000;

/** What the handler needs of the world. */
export type HealthContext = {
	readonly db: Firestore;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	readonly logs: Pick<Logs, "healthFailed">;
};

type Answer = {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly type?: string;
	readonly body: string;
};

/**
 * Makes the HTTP handler of `health`: `GET /health?app=…&version=…` and `GET /metrics?app=…`. Who has no token of the app
 * learns nothing, not even whether there is such an app.
 */
export function createHealthHandler({ db, now, logs }: HealthContext) {
	const times = { maxAgeMs: MAX_AGE_MS, now };
	const tokens = createCache<boolean>({ ...times, maxEntries: MAX_ENTRIES });
	const healths = createCache<Health>({ ...times, maxEntries: MAX_ENTRIES });
	const metrics = createCache<AppMetrics>({ ...times, maxEntries: MAX_APPS });
	const schedule = createCache<number | null>({ ...times, maxEntries: 1 });
	const ranAt = () => schedule("", () => readRanAt(db));

	async function mayRead(app: string, token: string | undefined): Promise<boolean> {
		if (token === undefined || !isName(app)) return false;
		const path = tokenPath(app, token);
		return tokens(path, async () => (await db.doc(path).get()).exists);
	}

	async function answerTo({ method, url = "", headers }: IncomingMessage): Promise<Answer> {
		if (method !== "GET" && method !== "HEAD")
			return { ...refusal(405, "Ask with GET."), headers: { Allow: "GET, HEAD" } };
		const asked = URL.parse(url, "http://health");
		const app = asked?.searchParams.get("app")?.trim() ?? "";
		const version = asked?.searchParams.get("version")?.trim() ?? "";
		if (!(await mayRead(app, presentedToken(headers.authorization)))) {
			const message = "Name the app, ?app=ID, and send a token of it: Authorization: Bearer TOKEN.";
			return { ...refusal(401, message), headers: { "WWW-Authenticate": "Bearer" } };
		}
		switch (asked?.pathname.replace(/\/$/, "")) {
			case "":
			case "/health": {
				if (!isName(version)) return refusal(400, "Name the version: ?app=ID&version=V.");
				const key = JSON.stringify([app, version]);
				return json(200, await healths(key, async () => readHealth(db, { app, version }, await ranAt(), now())));
			}
			case "/metrics": {
				const figures = await metrics(app, async () => readMetrics(db, app, await ranAt(), now()));
				return { status: 200, type: OPEN_METRICS, body: metricsText(figures, now()) };
			}
			default:
				return refusal(404, "There are /health and /metrics.");
		}
	}

	return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		try {
			send(await withinDeadline(() => answerTo(request), DEADLINE_MS), response);
		} catch (error) {
			logs.healthFailed(error);
			send(
				{ ...refusal(503, "The verdict could not be read: ask again."), headers: { "Retry-After": "60" } },
				response,
			);
		}
	};
}

/** Whether a name can be that of an app or a version. */
function isName(name: string): boolean {
	return name !== "" && name.length <= MAX_NAME_LENGTH && name.isWellFormed();
}

function refusal(status: number, message: string): Answer {
	return json(status, { status: "error", message });
}

function json(status: number, body: object): Answer {
	return { status, type: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

function send({ status, type = "", headers, body }: Answer, response: ServerResponse): void {
	const bytes = Buffer.from(body);
	response
		.writeHead(status, {
			"Content-Type": type,
			"Content-Length": bytes.length,
			// Whoever stands between must not answer the next one with what is told to the holder of a token.
			"Cache-Control": "private, no-store",
			...headers,
		})
		.end(bytes);
}
