import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Requests to one server, and how they are sent. */
export type Load = {
	readonly url: string;
	/** Whole HTTP requests, as {@link httpPost} makes them. They are sent in this order. */
	readonly requests: readonly Buffer[];
	/** Requests that wait for their answer at the same time, each on a connection of its own. */
	readonly inFlight: number;
	/** After so many seconds no more requests are sent. */
	readonly seconds: number;
};

/** What became of a load. The arrays have an entry for each request that was sent. */
export type Answers = {
	readonly statuses: readonly number[];
	/** Milliseconds from a request to the end of its answer. */
	readonly latencies: readonly number[];
	/** From the first request to the last answer. */
	readonly seconds: number;
};

const HEAD_END = "\r\n\r\n";

/** A POST request, byte for byte. */
export function httpPost(path: string, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
	const lines = Object.entries({ Host: "localhost", "Content-Length": String(body.length), ...headers });
	const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
	return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n`), body]);
}

/**
 * Sends requests and waits for every answer. It speaks HTTP over plain sockets: an HTTP client would use more of the
 * machine than the function that is measured.
 *
 * @throws Error when the server closes a connection or answers without a `Content-Length`.
 */
export async function sendLoad({ url, requests, inFlight, seconds }: Load): Promise<Answers> {
	const { hostname, port } = new URL(url);
	const sockets = Array.from({ length: Math.min(inFlight, requests.length) }, () =>
		connect({ host: hostname, port: Number(port), noDelay: true }),
	);
	await Promise.all(sockets.map((socket) => once(socket, "connect")));

	const statuses: number[] = [];
	const latencies: number[] = [];
	const start = performance.now();
	const end = start + seconds * 1_000;
	let next = 0;
	await Promise.all(
		sockets.map(async (socket) => {
			const answers = readAnswers(socket);
			while (next < requests.length && performance.now() < end) {
				const index = next;
				next += 1;
				const sentAt = performance.now();
				statuses[index] = await answers.after(requests[index] ?? Buffer.alloc(0));
				latencies[index] = performance.now() - sentAt;
			}
			socket.destroy();
		}),
	);
	return { statuses, latencies, seconds: (performance.now() - start) / 1_000 };
}

/** Sends a request on a connection and resolves to the status of its answer. */
function readAnswers(socket: Socket) {
	let received = "";
	let answer = Promise.withResolvers<number>();
	socket.setEncoding("latin1");
	socket.on("data", (text: string) => {
		received += text;
		const headEnd = received.indexOf(HEAD_END);
		if (headEnd === -1) return;
		const status = Number(received.slice(9, 12));
		const bodyLength = status === 204 ? 0 : contentLength(received.slice(0, headEnd));
		if (received.length < headEnd + HEAD_END.length + bodyLength) return;
		received = "";
		answer.resolve(status);
	});
	socket.on("error", (error) => answer.reject(error));
	socket.on("close", () => answer.reject(new Error("The function closed a connection.")));
	return {
		after(request: Buffer): Promise<number> {
			answer = Promise.withResolvers();
			socket.write(request);
			return answer.promise;
		},
	};
}

function contentLength(head: string): number {
	const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
	if (length === undefined) throw new Error(`An answer has no Content-Length:\n${head}`);
	return Number(length);
}
