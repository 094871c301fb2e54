import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

/** How much of a body is awaited. */
export type BodyLimits = {
	/** Bytes as they are sent. */
	readonly maxBytes: number;
	/** Milliseconds from the first byte to the last. */
	readonly timeoutMs: number;
};

/** A request, with its body where the hosting server has read it already. */
export type Request = IncomingMessage & { readonly rawBody?: Buffer };

/** Why a body can't be read. */
export type BodyRefusal = {
	readonly ok: false;
	readonly error: "invalid_json" | "body_too_large" | "body_timeout";
	readonly message: string;
};

/** The bytes of a request's body, or why they can't be had. */
export type ReceivedBody = { readonly ok: true; readonly bytes: Buffer } | BodyRefusal;

/** What a body holds, or why it can't be read. */
export type ParsedBody = { readonly ok: true; readonly json: object } | BodyRefusal;

const gunzipAll = promisify(gunzip);

/** The encodings of a body: https://www.rfc-editor.org/rfc/rfc9110#name-content-codings */
const decompressors: ReadonlyMap<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> =
	new Map([
		["gzip", gunzipAll],
		["x-gzip", gunzipAll],
		["deflate", promisify(inflate)],
		["br", promisify(brotliDecompress)],
	]);

/**
 * Receives the body of a request. It never holds more than `maxBytes` of it, nor more than twice of what has arrived, and
 * never throws for what a client sends.
 *
 * @param request The request. Its stream is read where it is still whole; else its `rawBody`, as the platform leaves it.
 */
export async function receiveBody(request: Request, limits: BodyLimits): Promise<ReceivedBody> {
	const bytes = request.rawBody ?? (await readStream(request, limits));
	if (bytes === "incomplete") {
		return { ok: false, error: "body_timeout", message: "The body did not arrive in time: send it again." };
	}
	return bytes === "too large" || bytes.byteLength > limits.maxBytes ? tooLarge(limits.maxBytes) : { ok: true, bytes };
}

/** The `Content-Encoding` of a body as it was received. What the hosting server has read, it has decompressed. */
export function bodyEncoding({ rawBody, headers }: Request): string | undefined {
	return rawBody === undefined ? headers["content-encoding"] : undefined;
}

/**
 * Reads a body as JSON, whatever its `Content-Type` says. It never throws for what a client sends. A body that is not
 * compressed as its `Content-Encoding` says is read as it is.
 *
 * @param encoding The body's `Content-Encoding`.
 * @param maxBytes Bytes of the body after decompression at the most.
 */
export async function parseBody(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<ParsedBody> {
	const decompressed = await decompress(bytes, encoding, maxBytes);
	if (decompressed === "too large") return tooLarge(maxBytes);
	const parsed = parseJson(decompressed ?? bytes);
	if (parsed.ok || decompressed !== undefined || isPlain(encoding)) return parsed;
	return invalidJson(`The body can't be decompressed as ${encoding}.`);
}

function readStream(request: IncomingMessage, limits: BodyLimits): Promise<Buffer | "too large" | "incomplete"> {
	const { promise, resolve } = Promise.withResolvers<Buffer | "too large" | "incomplete">();
	// A client that left before its body was asked for is never heard of again.
	if (request.destroyed) resolve("incomplete");
	let bytes: Buffer = Buffer.alloc(0);
	let size = 0;
	const timer = setTimeout(() => resolve(isTooLarge() ? "too large" : "incomplete"), limits.timeoutMs);
	const isTooLarge = () => size > limits.maxBytes;
	// What is too large is read to its end all the same: a client that is cut off while it sends doesn't get to read the
	// answer, and would send again.
	const onData = (chunk: Buffer) => {
		bytes = size + chunk.byteLength > limits.maxBytes ? Buffer.alloc(0) : append(bytes, size, chunk, limits.maxBytes);
		size += chunk.byteLength;
	};
	request.on("data", onData);
	request.once("end", () => resolve(isTooLarge() ? "too large" : bytes.subarray(0, size)));
	// The client closed the connection, and nobody is left to answer.
	request.once("error", () => resolve("incomplete"));
	return promise.finally(() => {
		clearTimeout(timer);
		request.off("data", onData);
		// The request lives until it is answered, and its listeners with it: they must not hold the body.
		bytes = Buffer.alloc(0);
	});
}

/**
 * Adds a chunk to the bytes that arrived before it. A list of chunks could take a hundred times the memory of what they
 * hold: a client may send each byte in a chunk of its own.
 *
 * @param bytes Holds `size` bytes, and room for more.
 */
function append(bytes: Buffer, size: number, chunk: Buffer, maxBytes: number): Buffer {
	if (size === 0) return chunk;
	const needed = size + chunk.byteLength;
	const roomy = needed <= bytes.byteLength ? bytes : Buffer.allocUnsafeSlow(Math.min(2 * needed, maxBytes));
	if (roomy !== bytes) bytes.copy(roomy, 0, 0, size);
	chunk.copy(roomy, size);
	return roomy;
}

/** The bytes without their compression; undefined where they are not compressed in that way. */
async function decompress(
	bytes: Buffer,
	encoding: string | undefined,
	maxBytes: number,
): Promise<Buffer | "too large" | undefined> {
	const decompressor = encoding && decompressors.get(encoding.trim().toLowerCase());
	if (!decompressor) return bytes.byteLength > maxBytes ? "too large" : undefined;
	try {
		return await decompressor(bytes, { maxOutputLength: maxBytes });
	} catch (error) {
		return error instanceof RangeError || bytes.byteLength > maxBytes ? "too large" : undefined;
	}
}

function isPlain(encoding: string | undefined): boolean {
	return encoding === undefined || encoding.trim().toLowerCase() === "identity";
}

function parseJson(bytes: Buffer): ParsedBody {
	try {
		const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
		if (typeof json === "object" && json !== null) return { ok: true, json };
		return invalidJson("The body must be a JSON object (one event) or an array of events.");
	} catch {
		return invalidJson("The body is not JSON: send one event as an object, or an array of events.");
	}
}

function tooLarge(maxBytes: number): BodyRefusal {
	const message = `The body is larger than ${maxBytes} bytes: send fewer events in one request.`;
	return { ok: false, error: "body_too_large", message };
}

function invalidJson(message: string): BodyRefusal {
	return { ok: false, error: "invalid_json", message };
}
