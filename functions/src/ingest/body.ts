import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

/** How much of a body is awaited. */
export type BodyLimits = {
	/** Bytes, before and after decompression. */
	readonly maxBytes: number;
	/** Milliseconds from the first byte to the last. */
	readonly timeoutMs: number;
};

const decompressors = {
	gzip: promisify(gunzip),
	deflate: promisify(inflate),
	br: promisify(brotliDecompress),
} as const;

/** What a request's body holds, or why it can't be read. */
export type Body =
	| { readonly ok: true; readonly json: object }
	| {
			readonly ok: false;
			readonly error: "invalid_json" | "body_too_large" | "body_timeout";
			readonly message: string;
	  };

/**
 * Reads the body of a request as JSON, whatever its `Content-Type` says. It never holds more than `maxBytes` of the
 * body, compressed or not, and never throws for what a client sends.
 *
 * @param request The request. Its stream is read where it is still whole; else its `rawBody`, as the platform leaves it.
 * @param encoding The body's `Content-Encoding`.
 */
export async function readBody(
	request: IncomingMessage & { readonly rawBody?: Buffer },
	encoding: string | undefined,
	{ maxBytes, timeoutMs }: BodyLimits,
): Promise<Body> {
	const tooLarge = {
		ok: false,
		error: "body_too_large",
		message: `The body is larger than ${maxBytes} bytes: send fewer events in one request.`,
	} as const;

	const bytes = request.rawBody ?? (await readStream(request, { maxBytes, timeoutMs }));
	if (bytes === "incomplete") {
		return { ok: false, error: "body_timeout", message: "The body did not arrive in time: send it again." };
	}
	if (bytes === "too large" || bytes.byteLength > maxBytes) return tooLarge;

	const plain = await decompress(bytes, encoding, maxBytes);
	if (plain === "too large") return tooLarge;
	if (plain === "corrupt") return invalidJson(`The body can't be decompressed as ${encoding}.`);
	return parseJson(plain);
}

function readStream(request: IncomingMessage, limits: BodyLimits): Promise<Buffer | "too large" | "incomplete"> {
	const { promise, resolve } = Promise.withResolvers<Buffer | "too large" | "incomplete">();
	// A client that left before its turn came is never heard of again.
	if (request.destroyed) resolve("incomplete");
	const chunks: Buffer[] = [];
	let size = 0;
	const timer = setTimeout(() => resolve(isTooLarge() ? "too large" : "incomplete"), limits.timeoutMs);
	const isTooLarge = () => size > limits.maxBytes;
	// What is too large is read to its end all the same: a client that is cut off while it sends doesn't get to read the
	// answer, and would send again.
	const onData = (chunk: Buffer) => {
		size += chunk.byteLength;
		if (isTooLarge()) chunks.length = 0;
		else chunks.push(chunk);
	};
	request.on("data", onData);
	request.once("end", () => resolve(isTooLarge() ? "too large" : Buffer.concat(chunks)));
	// The client closed the connection, and nobody is left to answer.
	request.once("error", () => resolve("incomplete"));
	return promise.finally(() => {
		clearTimeout(timer);
		request.off("data", onData);
		// The request lives until it is answered, and its listeners with it: they must not hold the body.
		chunks.length = 0;
	});
}

async function decompress(
	bytes: Buffer,
	encoding: string | undefined,
	maxBytes: number,
): Promise<Buffer | "too large" | "corrupt"> {
	if (encoding === undefined || encoding === "identity") return bytes;
	if (!isKnownEncoding(encoding)) return "corrupt";
	try {
		return await decompressors[encoding](bytes, { maxOutputLength: maxBytes });
	} catch (error) {
		return error instanceof RangeError ? "too large" : "corrupt";
	}
}

function isKnownEncoding(encoding: string): encoding is keyof typeof decompressors {
	return Object.hasOwn(decompressors, encoding);
}

function parseJson(bytes: Buffer): Body {
	try {
		const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
		if (typeof json === "object" && json !== null) return { ok: true, json };
		return invalidJson("The body must be a JSON object (one event) or an array of events.");
	} catch {
		return invalidJson("The body is not JSON: send one event as an object, or an array of events.");
	}
}

function invalidJson(message: string): Body {
	return { ok: false, error: "invalid_json", message };
}
