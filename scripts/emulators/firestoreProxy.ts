import { once } from "node:events";
import {
	type ClientHttp2Session,
	connect,
	constants,
	createServer,
	type Http2Session,
	type IncomingHttpHeaders,
	type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { LOOPBACK } from "../cli/addresses.ts";

/** The statuses with which the proxy refuses: https://grpc.io/docs/guides/status-codes/ */
export const REFUSALS = { deadlineExceeded: 4, aborted: 10, unavailable: 14 } as const;

/** What happens to a call. */
export type Fate =
	| { readonly kind: "passed" }
	/** Firestore never sees it. */
	| { readonly kind: "refused"; readonly status: number }
	/** Firestore does what it asks for, but the client gets this status instead of the answer. */
	| { readonly kind: "answer lost"; readonly status: number };

/** A call that Firestore answered. */
export type AnsweredCall = {
	/** The method's name alone: `Commit`. */
	readonly method: string;
	readonly status: number;
	/** The encoded messages of either side. */
	readonly requests: readonly Buffer[];
	readonly responses: readonly Buffer[];
};

/** Stands between Firestore clients and the emulator. */
export type FirestoreProxy = {
	/** What a client takes for FIRESTORE_EMULATOR_HOST. */
	readonly host: string;
	stop(): Promise<void>;
};

/** Every header of HTTP/2 itself that a proxy makes anew. */
const OWN_HEADERS = new Set(["connection", "host", "te", "transfer-encoding", ":authority", ":scheme"]);

/**
 * Starts a gRPC proxy in front of the emulator.
 *
 * @param firestoreHost Where the emulator listens.
 * @param fateOf Decides on each call by its method, at once or later.
 * @param onAnswered Gets each call that Firestore answered, whether or not the client got that answer.
 */
export async function startFirestoreProxy(
	firestoreHost: string,
	fateOf: (method: string) => Fate | Promise<Fate>,
	onAnswered: (call: AnsweredCall) => void = () => {},
): Promise<FirestoreProxy> {
	const server = createServer();
	const sessions = new Map<Http2Session, ClientHttp2Session>();
	server.on("session", (session) => {
		const upstream = connect(`http://${firestoreHost}`);
		// A killed client or a stopped emulator ends its calls; nothing else depends on the connection.
		upstream.on("error", () => session.destroy());
		session.on("close", () => upstream.destroy());
		sessions.set(session, upstream);
	});
	server.on("stream", async (stream, headers) => {
		const upstream = stream.session && sessions.get(stream.session);
		const method = String(headers[":path"]).split("/").at(-1) ?? "";
		stream.on("error", () => {});
		const fate = await fateOf(method);
		if (stream.destroyed) return; // The client gave up, or is gone.
		if (upstream) handle(stream, headers, upstream, method, fate, onAnswered);
		else stream.close(constants.NGHTTP2_REFUSED_STREAM);
	});
	server.listen(0, LOOPBACK);
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const stop = async () => {
		for (const session of sessions.keys()) session.destroy();
		server.close();
		await once(server, "close");
	};
	return { host: `${LOOPBACK}:${port}`, stop };
}

function handle(
	stream: ServerHttp2Stream,
	headers: IncomingHttpHeaders,
	session: ClientHttp2Session,
	method: string,
	fate: Fate,
	onAnswered: (call: AnsweredCall) => void,
): void {
	if (fate.kind === "refused") {
		stream.resume();
		answerWith(stream, fate.status);
		return;
	}
	const upstream = session.request(forwarded(headers));
	upstream.on("error", () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
	stream.on("close", () => upstream.close(constants.NGHTTP2_CANCEL));
	const requests: Buffer[] = [];
	const responses: Buffer[] = [];
	stream.on("data", (chunk: Buffer) => requests.push(chunk)).pipe(upstream);
	upstream.on("data", (chunk: Buffer) => responses.push(chunk));

	const answered = (status: number) => {
		onAnswered({ method, status, requests: messages(requests), responses: messages(responses) });
		if (fate.kind === "answer lost") answerWith(stream, fate.status);
	};
	let trailers: IncomingHttpHeaders = {};
	upstream.on("trailers", (received) => {
		trailers = received;
		answered(Number(received["grpc-status"]));
	});
	upstream.on("response", (received) => {
		const isWholeAnswer = "grpc-status" in received;
		if (isWholeAnswer) answered(Number(received["grpc-status"]));
		if (fate.kind === "answer lost") return;
		stream.respond(forwarded(received), { endStream: isWholeAnswer, waitForTrailers: !isWholeAnswer });
		if (isWholeAnswer) return;
		stream.on("wantTrailers", () => stream.sendTrailers(forwarded(trailers)));
		upstream.pipe(stream);
	});
}

function answerWith(stream: ServerHttp2Stream, status: number): void {
	if (stream.closed || stream.destroyed) return;
	const headers = { ":status": 200, "content-type": "application/grpc", "grpc-status": String(status) };
	stream.respond({ ...headers, "grpc-message": "The test's proxy says so." }, { endStream: true });
}

function forwarded(headers: IncomingHttpHeaders): IncomingHttpHeaders {
	const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name));
	return { ...Object.fromEntries(kept), ...(":method" in headers && { te: "trailers" }) };
}

/**
 * Splits a gRPC body into its messages. Each stands behind a byte that tells whether it is compressed, which the clients
 * here never do, and its length: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
function messages(chunks: readonly Buffer[]): readonly Buffer[] {
	const body = Buffer.concat(chunks);
	const found: Buffer[] = [];
	for (let at = 0; at + 5 <= body.length; ) {
		const end = at + 5 + body.readUInt32BE(at + 1);
		found.push(body.subarray(at + 5, end));
		at = end;
	}
	return found;
}
