import diagnosticsChannel from "node:diagnostics_channel";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

/** Which requests a function takes, and how it answers them. */
export type Taker = {
	/** Tells by its head whether a request is taken. */
	readonly takes: (request: IncomingMessage) => boolean;
	/** Answers a request that was taken. */
	readonly answer: (request: IncomingMessage, response: ServerResponse) => unknown;
	/** Is told why a request could not be answered; the client gets a 500. */
	readonly onFailure: (cause: unknown) => void;
};

/** Under this path the functions emulator asks whether the function is up. */
const HOST_PATHS = "/__/";

/**
 * Lets a function answer requests straight from Node's HTTP server, ahead of the framework that hosts it.
 *
 * Cloud Functions serves a function through `@google-cloud/functions-framework`: Express, five body parsers, and a
 * `node:domain` for each request, which makes every promise of the process slower. They cost more than counting an event
 * (`docs/benchmarks.md`), accept bodies of up to 1 GiB after decompression, and answer JSON that they can't parse with an
 * HTML page. Requests that aren't taken go the framework's way, as all would if Node stopped to announce them.
 *
 * Node publishes a request before its server sees it, and with it the server:
 * https://nodejs.org/api/diagnostics_channel.html#http. Call this once, in a process that serves one function.
 */
export function takeRequests(taker: Taker): void {
	diagnosticsChannel.subscribe("http.server.request.start", takeOver);

	function takeOver(message: unknown): void {
		diagnosticsChannel.unsubscribe("http.server.request.start", takeOver);
		const { server } = message as { readonly server: Server };
		const hosts = server.listeners("request") as RequestListener[];
		server.removeAllListeners("request");
		server.on("request", (request, response) => {
			if (isTaken(request)) void answer(request, response);
			else for (const host of hosts) host.call(server, request, response);
		});
	}

	function isTaken(request: IncomingMessage): boolean {
		return !request.url?.startsWith(HOST_PATHS) && taker.takes(request);
	}

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			await taker.answer(request, response);
		} catch (error) {
			taker.onFailure(error);
			if (!response.headersSent) response.writeHead(500).end();
		}
	}
}
