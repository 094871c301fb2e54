import { once } from "node:events";
import { type ClientRequest, createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { createStatsHandler, type StatsContext } from "../../../functions/src/ingest/handler.ts";
import type { Logs } from "../../../functions/src/logs.ts";
import { eventually } from "../../support/eventually.ts";
import { SETTINGS } from "../../support/settings.ts";
import { validEvent } from "../../support/validEvent.ts";

const EVENT = validEvent("com.example.shop");

/** Larger than a small body, and than what of it fits into the buffers between. */
const LARGE = JSON.stringify({ ...EVENT, junk: "x".repeat(300_000) });

describe("The handler of stats", () => {
	let server: Server;
	let told: { readonly kind: string; readonly cause: unknown }[];
	let stored: boolean[];
	let store: StatsContext["store"];
	let refuse: () => void;

	beforeEach(async () => {
		told = [];
		stored = [];
		store = async () => {};
		refuse = () => {};
		const tell = (kind: string) => (cause: unknown) => void told.push({ kind, cause });
		const logs: Logs = {
			requestRefused: () => refuse(),
			eventsRefused: () => {},
			requestFailed: tell("request_failed"),
			storageFailed: tell("storage_failed"),
			eventsDropped: () => {},
			appEventsDropped: () => {},
			tooManyVersions: () => {},
			tooManyDevices: () => {},
			countingFailed: () => {},
			eventsWaiting: () => {},
			watchFailed: () => {},
			webhookFailed: () => {},
			sendingFailed: () => {},
			healthFailed: () => {},
			unknownAction: () => {},
			eventMalformed: () => {},
		};
		const handler = createStatsHandler({
			settings: SETTINGS,
			secrets: new Set(),
			now: Date.now,
			newEventId: () => "an-id",
			store: (events, how) => {
				stored.push(how.isLarge);
				return store(events, how);
			},
			logs,
		});
		server = createServer(handler).listen(0, "127.0.0.1");
		await once(server, "listening");
	});
	afterEach(() => {
		server.closeAllConnections();
		server.close();
	});

	const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	async function post(body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
		const response = await fetch(url(), { method: "POST", body, headers });
		return { status: response.status, body: await response.json() };
	}

	/** Begins a body without its length. */
	function begin(piece: string): ClientRequest {
		const sending = request(url(), { method: "POST", agent: false });
		sending.on("error", () => {}); // It is cut off at the end.
		sending.write(piece);
		return sending;
	}

	it("answers 500 when it fails for a cause that nobody foresaw, and tells that", async () => {
		const cause = new TypeError("nobody foresaw this");
		refuse = () => {
			throw cause;
		};
		const message = "The server failed to answer: send the events again.";
		expect(await post("{")).to.deep.equal({ status: 500, body: { status: "error", error: "internal", message } });
		expect(told).to.deep.equal([{ kind: "request_failed", cause }]);
	});

	it("answers 503 when the events can't be stored, and tells why", async () => {
		const cause = new Error("no quota");
		store = () => Promise.reject(cause);
		expect(await post(JSON.stringify(EVENT))).to.have.property("status", 503);
		expect(told).to.deep.equal([{ kind: "storage_failed", cause }]);
	});

	it("takes a body for large when it is, compressed or not, and not when its length or encoding leaves it open", async () => {
		const small = JSON.stringify(EVENT);
		const [first, second] = [begin(small.slice(0, 9)), begin(LARGE.slice(0, 9))];
		first.end(small.slice(9));
		await once(first, "response");
		second.end(LARGE.slice(9));
		await once(second, "response");
		for (const body of [small, LARGE]) {
			await post(body);
			await post(gzipSync(body), { "content-encoding": "gzip" });
		}
		expect(stored).to.deep.equal([false, true, false, false, true, true]);
	});

	it("lets bodies that never end, small and large, hold up nobody", async () => {
		const hung = [..."0123456789abcdef"].map((_, index) => begin(index % 2 === 0 ? "[" : LARGE.slice(0, -1)));
		await Promise.all(hung.map((sending) => once(sending, "socket")));
		expect(await post(JSON.stringify(EVENT))).to.have.property("status", 200);
		expect(await post(gzipSync(JSON.stringify(EVENT)), { "content-encoding": "gzip" })).to.have.property("status", 200);
		expect(await post(LARGE)).to.have.property("status", 200);
		for (const sending of hung) sending.destroy();
	});

	it("stores a bounded number of large bodies at a time, and small ones beside them", async () => {
		const { promise: released, resolve: release } = Promise.withResolvers<void>();
		store = (_events, { isLarge }) => (isLarge ? released : Promise.resolve());
		const large = Array.from({ length: 40 }, () => post(LARGE));
		const begun = await eventually(
			() => Promise.resolve(stored.length),
			(count) => count >= 2,
		);
		expect(await post(JSON.stringify(EVENT))).to.have.property("status", 200);
		expect(stored.filter((isLarge) => isLarge).length).to.equal(begun);
		expect(begun).to.be.below(40);
		release();
		expect(new Set((await Promise.all(large)).map(({ status }) => status))).to.deep.equal(new Set([200]));
		expect(told).to.deep.equal([]);
	});
});
