import type { Server, ServerResponse } from "node:http";

/** The platform kills an instance ten seconds after SIGTERM: https://cloud.google.com/run/docs/container-contract */
const FINISH_MS = 9_000;

/**
 * Makes the process finish the requests in flight when it gets SIGTERM, before it exits; it takes no new connection then.
 * The hosting framework's own answer to the signal is to exit at once, with no answer to any request: most versions of the
 * plugin would drop their events for good.
 *
 * Call it when the server serves its first request: by then the framework listens for the signal.
 */
export function finishBeforeExit(server: Server): void {
	const unanswered = new Set<ServerResponse>();
	let isEnding = false;

	server.prependListener("request", (_request, response: ServerResponse) => {
		unanswered.add(response);
		response.once("close", () => unanswered.delete(response));
		if (isEnding) closeAfter(response);
	});
	process.removeAllListeners("SIGTERM");
	process.on("SIGTERM", () => {
		if (isEnding) return;
		isEnding = true;
		for (const response of unanswered) closeAfter(response);
		server.close(() => process.exit());
		setTimeout(() => process.exit(), FINISH_MS);
	});
}

/** Else the client's connection would stay open for its next request, and the server with it. */
function closeAfter(response: ServerResponse): void {
	if (!response.headersSent) response.setHeader("Connection", "close");
}
