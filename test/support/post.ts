import { expect } from "chai";

/** The plugin gives a request up after this time, in milliseconds. */
export const PLUGIN_TIMEOUT_MS = 20_000;

/** An HTTP answer with its JSON body. */
export type HttpAnswer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/**
 * Posts a body to a stats URL.
 *
 * @param body Text or bytes are sent as they are, anything else as JSON.
 */
export async function post(
	url: string,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
	const bytes = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
	return request(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: bytes });
}

/** Sends any request to a stats URL. */
export async function request(url: string, init: RequestInit): Promise<HttpAnswer> {
	const response = await fetch(url, init);
	const text = await response.text();
	return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}

/** Expects an answer of `stats`, its body compared whole. */
export function expectAnswer(answer: HttpAnswer, status: number, body: object): void {
	expect(answer.body).to.deep.equal(body);
	expect(answer.status).to.equal(status);
	expect(answer.headers.get("content-type")).to.equal("application/json; charset=utf-8");
}
