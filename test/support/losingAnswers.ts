import { request } from "node:http";

/**
 * Posts a body as a client whose connection breaks before it reads the answer: the server has done its work, and the client
 * doesn't know.
 */
export function postAndLoseAnswer(url: string, body: unknown): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const outgoing = request(url, { method: "POST", headers: { "content-type": "application/json" }, agent: false });
	outgoing.once("response", (response) => {
		response.destroy();
		resolve();
	});
	outgoing.once("error", reject);
	outgoing.end(JSON.stringify(body));
	return promise;
}
