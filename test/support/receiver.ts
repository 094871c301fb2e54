import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LOOPBACK } from "../../scripts/cli/addresses.ts";

/** A message as it arrived. */
export type Received = { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** A receiver of webhooks on the loopback address. */
export type Receiver = {
	readonly url: string;
	/** What arrived, oldest first. */
	readonly messages: readonly Received[];
	/** How it answers from now on; at first with 204. */
	answerWith(answer: (response: ServerResponse) => void): void;
	stop(): Promise<void>;
};

/** Starts a receiver. */
export async function startReceiver(): Promise<Receiver> {
	const messages: Received[] = [];
	let answer = noContent;
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			messages.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
			answer(response);
		});
	});
	server.listen(0, LOOPBACK);
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://${LOOPBACK}:${port}/hook/the-key`,
		messages,
		answerWith: (next) => {
			answer = next;
		},
		stop: async () => {
			server.closeAllConnections();
			server.close();
			await once(server, "close");
		},
	};
}

function noContent(response: ServerResponse): void {
	response.writeHead(204).end();
}
