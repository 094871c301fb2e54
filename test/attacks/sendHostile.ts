import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { PLUGIN_TIMEOUT_MS } from "../support/post.ts";
import type { HostileRequest } from "./hostileRequests.ts";

/** The answer to a hostile request: its status, or what happened to the connection instead. */
export type HostileOutcome = number | "hung up" | "connection closed" | "no answer";

/** Between the pieces of a slow body, in milliseconds. */
const PAUSE_MS = 30;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a hostile request. It never rejects: whatever happens is the outcome. */
export function sendHostile(url: string, hostile: HostileRequest): Promise<HostileOutcome> {
	const { promise, resolve } = Promise.withResolvers<HostileOutcome>();
	const isClean = hostile.claimedLength === undefined && !hostile.hangsUp;
	const length = hostile.claimedLength ?? hostile.body.reduce((sum, piece) => sum + piece.length, 0);
	const outgoing = request(url + (hostile.path ?? ""), {
		method: hostile.method,
		headers: hostile.isChunked ? hostile.headers : { ...hostile.headers, "content-length": length },
		// What a lying request leaves in its connection must not be taken for the next request.
		agent: isClean ? agent : false,
		timeout: PLUGIN_TIMEOUT_MS,
	});
	outgoing.on("response", (response) => {
		response.resume();
		response.on("end", () => resolve(response.statusCode ?? "no answer"));
		response.on("error", () => resolve(response.statusCode ?? "no answer"));
	});
	outgoing.on("timeout", () => {
		resolve("no answer");
		outgoing.destroy();
	});
	outgoing.on("error", () => {
		// The function may close an idle connection in the moment in which it is used again: then it saw no request.
		if (outgoing.reusedSocket) resolve(sendHostile(url, hostile));
		else resolve(hostile.hangsUp ? "hung up" : "connection closed");
	});
	void sendBody();
	return promise;

	async function sendBody(): Promise<void> {
		for (const [index, piece] of hostile.body.entries()) {
			if (index > 0) await delay(PAUSE_MS);
			outgoing.write(piece);
		}
		if (!hostile.hangsUp) {
			outgoing.end();
			return;
		}
		await delay(PAUSE_MS);
		outgoing.destroy();
		resolve("hung up");
	}
}
