import type { IncomingMessage, ServerResponse } from "node:http";
import type { CloudEvent } from "firebase-functions";

/** The headers that make a request a CloudEvent in binary mode, and tell that its body is the event's data. */
const REQUIRED_HEADERS = ["ce-id", "ce-source", "ce-specversion", "ce-type"];

const ATTRIBUTE_PREFIX = "ce-";

/** Whether a request delivers an event as Eventarc does: a CloudEvent in binary mode, with a document in protobuf. */
export function isDelivery({ method, headers }: IncomingMessage): boolean {
	return (
		method === "POST" &&
		headers["content-type"] === "application/protobuf" &&
		REQUIRED_HEADERS.every((name) => headers[name] !== undefined)
	);
}

/**
 * Makes the HTTP answer to a delivery: it reads the CloudEvent, runs the function, and answers 204. When the function
 * fails, which it has logged itself, the answer is 500, after which Eventarc delivers the event again.
 *
 * Source: https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
 *
 * @throws Error when the client leaves before the body ends.
 */
export function createDeliveryAnswer(run: (event: CloudEvent<unknown>) => unknown) {
	return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const event = { ...attributesOf(request), data: await readBody(request) };
		response.writeHead(await statusOf(run, event)).end();
	};
}

async function statusOf(run: (event: CloudEvent<unknown>) => unknown, event: CloudEvent<unknown>): Promise<number> {
	try {
		await run(event);
		return 204;
	} catch {
		return 500;
	}
}

/** Only Eventarc may call the function, and it delivers at most 512 KB: https://cloud.google.com/eventarc/quotas */
function readBody(request: IncomingMessage): Promise<Buffer> {
	const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
	const chunks: Buffer[] = [];
	request.on("data", (chunk: Buffer) => chunks.push(chunk));
	request.once("end", () => resolve(Buffer.concat(chunks)));
	request.once("error", reject);
	return promise;
}

/** The attributes of a CloudEvent, as the hosting framework hands them to a function. */
function attributesOf({ headers }: IncomingMessage) {
	const attributes: Record<string, unknown> = {};
	for (const name in headers) {
		if (name.startsWith(ATTRIBUTE_PREFIX)) attributes[name.slice(ATTRIBUTE_PREFIX.length)] = headers[name];
	}
	if (headers["traceparent"] !== undefined) attributes["traceparent"] = headers["traceparent"];
	return attributes as Omit<CloudEvent<unknown>, "data">;
}
