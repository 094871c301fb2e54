import { once } from "node:events";
import { createServer, IncomingMessage, type OutgoingHttpHeaders, request, type Server } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect } from "chai";
import {
	type BodyLimits,
	bodyEncoding,
	type ParsedBody,
	parseBody,
	type ReceivedBody,
	receiveBody,
} from "../../../functions/src/http/body.ts";

const LIMITS: BodyLimits = { maxBytes: 1_000, timeoutMs: 5_000 };

const tooLarge = {
	ok: false,
	error: "body_too_large",
	message: "The body is larger than 1000 bytes: send fewer events in one request.",
};
const notInTime = {
	ok: false,
	error: "body_timeout",
	message: "The body did not arrive in time: send it again.",
};
const notJson = {
	ok: false,
	error: "invalid_json",
	message: "The body is not JSON: send one event as an object, or an array of events.",
};
const notAnEvent = {
	ok: false,
	error: "invalid_json",
	message: "The body must be a JSON object (one event) or an array of events.",
};

describe("A body", () => {
	let server: Server;
	let received: (request: IncomingMessage) => void;

	before(async () => {
		server = createServer((request) => received(request));
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
	});
	after(() => {
		server.closeAllConnections();
		server.close();
	});

	type Sending = { encoding?: string; limits?: BodyLimits; ends?: "ended" | "open" | "cut" };

	/** Sends a body in pieces, and resolves to what the server reads. The connection is then ended, left open, or cut. */
	async function read(
		pieces: readonly (string | Buffer)[],
		{ encoding, limits = LIMITS, ends = "ended" }: Sending = {},
	): Promise<ParsedBody> {
		const received = await receive(pieces, limits, ends);
		return received.ok ? parseBody(received.bytes, encoding, limits.maxBytes) : received;
	}

	async function receive(
		pieces: readonly (string | Buffer)[],
		limits: BodyLimits,
		ends: Sending["ends"],
	): Promise<ReceivedBody> {
		const arrival = new Promise<IncomingMessage>((resolve) => {
			received = resolve;
		});
		const { port } = server.address() as AddressInfo;
		const headers: OutgoingHttpHeaders = { "transfer-encoding": "chunked" };
		const sending = request({ port, host: "127.0.0.1", method: "POST", headers, agent: false });
		sending.on("error", () => {}); // It is cut off below.
		for (const piece of pieces) sending.write(piece);
		const body = arrival.then((request) => receiveBody(request, limits));
		await arrival;
		if (ends === "cut") sending.destroy();
		if (ends === "ended") sending.end();
		const outcome = await body;
		sending.destroy();
		return outcome;
	}

	it("reads an object and an array, in however many pieces they come", async () => {
		expect(await read(['{"a":', "1}"])).to.deep.equal({ ok: true, json: { a: 1 } });
		expect(await read(["[", "]"])).to.deep.equal({ ok: true, json: [] });
	});

	it("reads a character whose bytes come in two pieces", async () => {
		const bytes = Buffer.from('["🎉"]');
		expect(await read([bytes.subarray(0, 4), bytes.subarray(4)])).to.deep.equal({ ok: true, json: ["🎉"] });
	});

	it("takes a byte order mark for no part of the JSON", async () => {
		expect(await read(["\uFEFF[]"])).to.deep.equal({ ok: true, json: [] });
	});

	it("replaces bytes that are no UTF-8", async () => {
		expect(await read(['["', Buffer.from([0xff]), '"]'])).to.deep.equal({ ok: true, json: ["\uFFFD"] });
	});

	for (const text of ["", " ", "{", "undefined", "[1,]", '{"a":1}{"b":2}', "app_id=com.example"]) {
		it(`refuses ${JSON.stringify(text)}, which is not JSON`, async () => {
			expect(await read([text])).to.deep.equal(notJson);
		});
	}

	for (const text of ["null", "true", "42", '"text"']) {
		it(`refuses ${text}, which is neither an object nor an array`, async () => {
			expect(await read([text])).to.deep.equal(notAnEvent);
		});
	}

	it("reads a body of the largest size, and refuses one that is a byte longer", async () => {
		const largest = JSON.stringify(["x".repeat(996)]);
		expect(largest).to.have.length(1_000);
		expect(await read([largest])).to.have.property("ok", true);
		expect(await read([`${largest} `])).to.deep.equal(tooLarge);
	});

	it("reads a body that is too large to its end, so that its sender gets to read the answer", async () => {
		expect(await read(Array.from({ length: 100 }, () => Buffer.alloc(100_000)))).to.deep.equal(tooLarge);
	});

	it("waits for the end of a body that is too large no longer than for another", async () => {
		expect(await read(["x".repeat(1_001)], { limits: { ...LIMITS, timeoutMs: 50 }, ends: "open" })).to.deep.equal(
			tooLarge,
		);
	});

	const compressions = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };
	for (const [encoding, compress] of Object.entries(compressions)) {
		it(`decompresses ${encoding}, within the same limit`, async () => {
			const largest = JSON.stringify(["x".repeat(996)]);
			expect(await read([compress(largest)], { encoding })).to.have.property("ok", true);
			expect(await read([compress(`${largest} `)], { encoding })).to.deep.equal(tooLarge);
			expect(await read([compress(Buffer.alloc(2 ** 20))], { encoding })).to.deep.equal(tooLarge);
		});

		it(`refuses what is neither ${encoding} nor JSON, and reads JSON that only says it were ${encoding}`, async () => {
			const message = `The body can't be decompressed as ${encoding}.`;
			expect(await read(["["], { encoding })).to.deep.equal({ ok: false, error: "invalid_json", message });
			expect(await read(["[]"], { encoding })).to.deep.equal({ ok: true, json: [] });
			expect(await read([`[${" ".repeat(999)}]`], { encoding })).to.deep.equal(tooLarge);
		});
	}

	it("knows an encoding in whatever case, and gzip by its old name", async () => {
		for (const encoding of ["GZIP", "Gzip", " gzip", "x-gzip", "X-GZip"]) {
			expect(await read([gzipSync("[1]")], { encoding }), encoding).to.deep.equal({ ok: true, json: [1] });
		}
		expect(await read([brotliCompressSync("[1]")], { encoding: "BR" })).to.deep.equal({ ok: true, json: [1] });
	});

	it("takes an encoding that it does not know for none, and refuses what is no JSON then", async () => {
		for (const encoding of ["zstd", "utf-8", "constructor", "gzip, gzip"]) {
			expect(await read(["[]"], { encoding }), encoding).to.deep.equal({ ok: true, json: [] });
			const message = `The body can't be decompressed as ${encoding}.`;
			expect(await read([gzipSync("[]")], { encoding })).to.deep.equal({ ok: false, error: "invalid_json", message });
		}
	});

	it("takes `identity` for no compression", async () => {
		for (const encoding of ["identity", "Identity"]) {
			expect(await read(["[]"], { encoding })).to.deep.equal({ ok: true, json: [] });
			expect(await read(["["], { encoding })).to.deep.equal(notJson);
		}
	});

	it("gives up on a body that does not arrive in time", async () => {
		expect(await read(["["], { limits: { ...LIMITS, timeoutMs: 50 }, ends: "open" })).to.deep.equal(notInTime);
	});

	it("gives up at once on a client that closes the connection", async () => {
		expect(await read(["["], { ends: "cut" })).to.deep.equal(notInTime);
	});

	it("holds a body whose every byte comes in a chunk of its own in twice its size", async () => {
		const request = new IncomingMessage(new Socket());
		const received = receiveBody(request, { maxBytes: 2 ** 20, timeoutMs: 60_000 });
		const gc = collectGarbage();
		const before = await heldBytes(gc);
		for (let count = 0; count < 2 ** 20; count += 1) request.emit("data", Buffer.from("x"));
		expect((await heldBytes(gc)) - before).to.be.below(2 * 2 ** 20);
		request.emit("end");
		const body = await received;
		expect(body.ok && body.bytes.equals(Buffer.alloc(2 ** 20, "x"))).to.equal(true);
	});

	it("reads a body that the platform has read already, within the same limit, and takes it as decompressed", async () => {
		const requestOf = (text: string) =>
			Object.assign(new IncomingMessage(new Socket()), {
				rawBody: Buffer.from(text),
				headers: { "content-encoding": "gzip" },
			});
		expect(await receiveBody(requestOf("[]"), LIMITS)).to.deep.equal({ ok: true, bytes: Buffer.from("[]") });
		expect(await receiveBody(requestOf(" ".repeat(1_001)), LIMITS)).to.deep.equal(tooLarge);
		expect(bodyEncoding(requestOf("[]"))).to.equal(undefined);
	});
});

/** Node's garbage collector, to be asked at once. */
function collectGarbage(): () => void {
	setFlagsFromString("--expose-gc");
	return runInNewContext("gc");
}

/** What is held once garbage is gone. Buffers are freed a moment after they were found to be garbage, by another thread. */
async function heldBytes(gc: () => void): Promise<number> {
	const measured: number[] = [];
	for (let round = 0; round < 5; round += 1) {
		gc();
		await delay(20);
		const { heapUsed, arrayBuffers } = process.memoryUsage();
		measured.push(heapUsed + arrayBuffers);
	}
	return Math.min(...measured);
}
