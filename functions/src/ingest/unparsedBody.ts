import diagnosticsChannel from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

const ENCODING = Symbol("content-encoding");
const LENGTH = Symbol("content-length");

type MarkedRequest = IncomingMessage & { [ENCODING]?: string | undefined; [LENGTH]?: string | undefined };

/**
 * Keeps the hosting server from parsing bodies, so that the function reads each one itself, within its own limit and
 * with its own answer.
 *
 * Cloud Functions serves a function behind body parsers that accept up to 1 GiB after decompression and answer what
 * they can't parse with an HTML page (`@google-cloud/functions-framework`, `server.ts`; the functions emulator does the
 * like). They pass over a request whose headers announce no body. Node publishes each request before its server sees
 * it; by then the body's length is known to Node's own HTTP parser, so the headers aren't needed any more:
 * https://nodejs.org/api/diagnostics_channel.html#http
 *
 * Call it once, in a process that serves no other function.
 */
export function keepBodiesUnparsed(): void {
	diagnosticsChannel.subscribe("http.server.request.start", (message) => {
		const { request } = message as { readonly request: MarkedRequest };
		request[ENCODING] = request.headers["content-encoding"];
		request[LENGTH] = request.headers["content-length"];
		delete request.headers["content-length"];
		delete request.headers["transfer-encoding"];
	});
}

/** The body's `Content-Encoding`; none where the hosting server has decompressed the body already. */
export function bodyEncoding(request: MarkedRequest): string | undefined {
	return request[ENCODING];
}

/** The most bytes that the body can have, which Node's HTTP parser sees to; none where the request doesn't say. */
export function announcedLength(request: MarkedRequest): number | undefined {
	const length = request[LENGTH];
	return length === undefined ? undefined : Number(length);
}
