import diagnosticsChannel from "node:diagnostics_channel";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { finishBeforeExit } from "./finishBeforeExit.ts";

/** How a function takes requests. */
export type Taker = {
	/** Answers a request. */
	readonly answer: (request: IncomingMessage, response: ServerResponse) => unknown;
	/** Is told why a request could not be answered; the client gets a 500. */
	readonly onFailure: (cause: unknown) => void;
	/** Whether the function runs in the functions emulator. */
	readonly isEmulated: boolean;
};

/** Under this path the functions emulator asks whether the function is up. */
const EMULATOR_PATHS = "/__/";

/**
 * Lets a function answer requests straight from Node's HTTP server, ahead of the framework that hosts it, and finish them
 * when the platform ends its instance.
 *
 * Cloud Functions serves a function through `@google-cloud/functions-framework`: Express, five body parsers, and a
 * `node:domain` for each request, which makes every promise of the process slower. They cost more than storing an event
 * (`docs/benchmarks.md`), accept bodies of up to 1 GiB after decompression, answer JSON that they can't parse with an HTML
 * page, and end the process at once when it is told to end. All requests would go that way if Node stopped to announce
 * them; in the emulator, those that ask after the function do.
 *
 * Node publishes a request before its server sees it, and with it the server:
 * https://nodejs.org/api/diagnostics_channel.html#http. Call this once, in a process that serves one function.
 */
export function takeRequests({ answer, onFailure, isEmulated }: Taker): void {
	diagnosticsChannel.subscribe("http.server.request.start", takeOver);

	function takeOver(message: unknown): void {
		diagnosticsChannel.unsubscribe("http.server.request.start", takeOver);
		const { server } = message as { readonly server: Server };
		const hosts = server.listeners("request") as RequestListener[];
		server.removeAllListeners("request");
		if (!isEmulated) finishBeforeExit(server);
		server.on("request", (request, response) => {
			if (isEmulated && request.url?.startsWith(EMULATOR_PATHS)) {
				for (const host of hosts) host.call(server, request, response);
			} else void answerOrFail(request, response);
		});
	}

	async function answerOrFail(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			await answer(request, response);
		} catch (error) {
			onFailure(error);
			if (!response.headersSent) response.writeHead(500).end();
		}
	}
}
