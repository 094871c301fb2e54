import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect } from "chai";
import { checkHealth } from "../../../scripts/fleet/post.ts";
import { sendRequests } from "../../../scripts/fleet/sendRequests.ts";
import type { SimulatedRequest } from "../../../scripts/fleet/simulateFleet.ts";

type Received = { readonly body: unknown; readonly headers: IncomingMessage["headers"] };
type Respond = (response: ServerResponse, received: Received, index: number) => void;

const ok: Respond = (response) => answer(response, 200, { status: "ok" });

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
	response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function unavailable(response: ServerResponse, retryAfter?: string): void {
	const headers: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": retryAfter };
	answer(response, 503, { status: "error", error: "unavailable", message: "Try again." }, headers);
}

function arrayRequest(deviceId: string, ...names: readonly string[]): SimulatedRequest {
	const body = names.map((name) => ({ name }));
	return { deviceId, sentAt: 0, body, counted: [], noise: 0, repeated: 0 };
}

function objectRequest(deviceId: string, name: string): SimulatedRequest {
	return { deviceId, sentAt: 0, body: { name }, counted: [], noise: 0, repeated: 0 };
}

describe("sendRequests", () => {
	let server: Server;
	let url: string;
	let respond: Respond;
	let received: Received[];
	let slept: number[];
	const sleep = async (milliseconds: number) => {
		slept.push(milliseconds);
	};
	const options = () => ({ url, rate: 1_000, concurrency: 2, sleep });

	beforeEach(async () => {
		received = [];
		slept = [];
		respond = ok;
		server = createServer(async (request, response) => {
			const body = request.method === "GET" ? undefined : await json(request);
			const entry = { body, headers: request.headers };
			received.push(entry);
			respond(response, entry, received.length - 1);
		});
		await once(server.listen(0, "127.0.0.1"), "listening");
		url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stats`;
	});

	afterEach(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
	});

	it("sends each body once, with the secret, and tells how far it is", async () => {
		const requests = [arrayRequest("a", "1", "2"), objectRequest("b", "3")];
		const progress: unknown[] = [];
		const result = await sendRequests(requests, {
			...options(),
			concurrency: 1,
			secret: "s3cret",
			onProgress: (state) => progress.push(state),
		});

		expect(result).to.deep.equal({ sent: requests, lost: [], retries: 0 });
		expect(received.map(({ body }) => body)).to.deep.equal([[{ name: "1" }, { name: "2" }], { name: "3" }]);
		expect(received.map(({ headers }) => headers["x-stats-secret"])).to.deep.equal(["s3cret", "s3cret"]);
		expect(received.map(({ headers }) => headers["content-type"])).to.deep.equal([
			"application/json",
			"application/json",
		]);
		expect(progress).to.deep.equal([
			{ requests: 1, events: 2, retries: 0 },
			{ requests: 2, events: 3, retries: 0 },
		]);
	});

	it("waits between two starts so that the rate is kept", async () => {
		await sendRequests([objectRequest("a", "1"), objectRequest("b", "2"), objectRequest("c", "3")], {
			...options(),
			rate: 20,
		});
		expect(slept).to.deep.equal([50, 50, 50]);
	});

	it("keeps the order of a device, and no more requests on their way than it may", async () => {
		const devices = ["a", "b", "c"];
		const underWay: string[] = [];
		const seen: string[][] = [];
		respond = (response, { body }) => {
			const device = nameOf(body).slice(-1);
			underWay.push(device);
			seen.push([...underWay]);
			setTimeout(() => {
				underWay.splice(underWay.indexOf(device), 1);
				ok(response, { body, headers: {} }, 0);
			}, 5);
		};
		const requests = Array.from({ length: 30 }, (_, index) => {
			const device = devices[Math.floor(index / 3) % 3] ?? "";
			return objectRequest(device, `${String(index).padStart(2, "0")}${device}`);
		});
		const { sent } = await sendRequests(requests, options());

		expect(sent.length).to.equal(30);
		expect(Math.max(...seen.map((together) => together.length))).to.equal(2);
		expect(seen.filter((together) => new Set(together).size < together.length)).to.deep.equal([]);
		for (const device of devices) {
			const names = received.map(({ body }) => nameOf(body)).filter((name) => name.endsWith(device));
			expect(names).to.deep.equal(names.toSorted());
			expect(names.length).to.be.greaterThan(5);
		}
	});

	it("sends an array again after a 503, a 429, a 408 and a broken connection, ever later", async () => {
		const respondInTurn: readonly Respond[] = [
			(response) => unavailable(response),
			(response) => answer(response, 429, {}),
			(response) => answer(response, 408, {}),
			(response) => response.destroy(),
			ok,
		];
		respond = (response, request, index) => respondInTurn[index]?.(response, request, index);
		const requests = [arrayRequest("a", "1")];
		const result = await sendRequests(requests, options());

		expect(result).to.deep.equal({ sent: requests, lost: [], retries: 4 });
		expect(received.map(({ body }) => body)).to.deep.equal(Array(5).fill([{ name: "1" }]));
		expect(slept.filter((milliseconds) => milliseconds >= 1_000)).to.deep.equal([1_000, 2_000, 4_000, 8_000]);
	});

	it("waits as long as the server asks", async () => {
		respond = (response, request, index) => (index === 0 ? unavailable(response, "60") : ok(response, request, index));
		await sendRequests([arrayRequest("a", "1")], options());
		expect(slept).to.include(60_000);
	});

	it("gives an array up after several attempts", async () => {
		respond = (response) => unavailable(response);
		const error = await failureOf(sendRequests([arrayRequest("a", "1")], options()));
		expect(error).to.match(/did not take a request in 6 attempts: 503 unavailable: Try again\./);
		expect(received.length).to.equal(6);
	});

	it("sends a single event once, as its plugin does, and goes on", async () => {
		respond = (response, request, index) => (index === 0 ? unavailable(response) : ok(response, request, index));
		const [lost, sent] = [objectRequest("a", "1"), objectRequest("a", "2")];
		const result = await sendRequests([lost, sent], options());
		expect(result).to.deep.equal({ sent: [sent], lost: [lost], retries: 0 });
	});

	it("stops at a refusal with the server's message", async () => {
		respond = (response) =>
			answer(response, 403, { status: "error", error: "app_not_allowed", message: "This app is not on the list." });
		const requests = Array.from({ length: 20 }, (_, index) => arrayRequest(`device ${index}`, "1"));
		const error = await failureOf(sendRequests(requests, options()));
		expect(error).to.equal(
			`${url} refused a request: 403 app_not_allowed: This app is not on the list. ` +
				"Or give --app an app that ALLOWED_APPS names.",
		);
		expect(received.length).to.be.at.most(3);
	});

	it("names --secret where the server asks for a secret", async () => {
		respond = (response) => answer(response, 401, { status: "error", error: "unauthorized", message: "Send it." });
		const error = await failureOf(sendRequests([objectRequest("a", "1")], options()));
		expect(error).to.equal(
			`${url} refused a request: 401 unauthorized: Send it. Give the server's secret with --secret.`,
		);
	});

	it("stops when one event of an array is refused", async () => {
		const refused = { index: 1, status: "error", error: "invalid_event", message: "action is required" };
		respond = (response) => answer(response, 200, { status: "ok", results: [{ index: 0, status: "ok" }, refused] });
		const error = await failureOf(sendRequests([arrayRequest("a", "1", "2")], options()));
		expect(error).to.match(/refused a request: 200 invalid_event: action is required/);
	});

	it("takes no other page for a success", async () => {
		respond = (response) => response.end("<html>");
		const error = await failureOf(sendRequests([arrayRequest("a", "1")], options()));
		expect(error).to.match(/200 "<html>", which is no answer of a stats URL/);
	});

	it("finishes what is on its way when it is ended, and begins nothing else", async () => {
		const controller = new AbortController();
		respond = (response, request, index) => {
			if (index === 2) controller.abort();
			ok(response, request, index);
		};
		const requests = Array.from({ length: 20 }, (_, index) => objectRequest(`device ${index}`, "1"));
		const result = await sendRequests(requests, { ...options(), signal: controller.signal });
		expect(result.sent.length).to.equal(received.length).and.to.be.within(3, 4);
	});

	it("does not wait for its next attempt when it is ended", async () => {
		const controller = new AbortController();
		respond = (response) => unavailable(response, "60");
		const request = arrayRequest("a", "1");
		const sending = sendRequests([request], { url, rate: 1_000, concurrency: 1, signal: controller.signal });
		await once(server, "request");
		setTimeout(() => controller.abort(), 20);
		expect(await sending).to.deep.equal({ sent: [], lost: [request], retries: 1 });
	});

	it("asks whether the server is there", async () => {
		expect(await checkHealth({ url })).to.deep.equal({ isOk: true });
		const health = await checkHealth({ url: "http://127.0.0.1:1/stats" });
		expect(health)
			.to.include({ isOk: false, isAnswered: false })
			.and.to.have.property("remedy")
			.that.includes("npm start");
	});

	it("tells a server that fails, and one that is none of ours, from one that is not there", async () => {
		respond = (response) => response.writeHead(500).end();
		expect(await checkHealth({ url })).to.include({
			isAnswered: true,
			problem: '500 "".',
			remedy: "The server's log tells why.",
		});
		respond = (response) => response.writeHead(404).end("Not here");
		expect(await checkHealth({ url })).to.include({
			isAnswered: true,
			problem: '404 "Not here", which is no answer of a stats URL.',
			remedy: "Give the address of the function stats with --url.",
		});
	});
});

function nameOf(body: unknown): string {
	return (body as { readonly name: string }).name;
}

async function failureOf(sending: Promise<unknown>): Promise<string> {
	try {
		await sending;
	} catch (error) {
		if (error instanceof Error) return error.message;
	}
	throw new Error("It should have failed.");
}
