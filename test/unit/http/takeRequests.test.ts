import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { type Taker, takeRequests } from "../../../functions/src/http/takeRequests.ts";

const host: RequestListener = (_request, response) => response.writeHead(404).end("host");

const taker: Taker = {
	answer: (request, response) => {
		if (request.url === "/broken") throw new Error("broken");
		response.end("function");
	},
	onFailure: () => {},
	isEmulated: false,
};

describe("takeRequests", () => {
	let server: Server;

	beforeEach(async () => {
		server = createServer(host).listen(0, "127.0.0.1");
		await once(server, "listening");
	});
	afterEach(() => {
		process.removeAllListeners("SIGTERM"); // Each test is another process.
		server.closeAllConnections();
		server.close();
	});

	async function get(path: string) {
		const { port } = server.address() as AddressInfo;
		const response = await fetch(`http://127.0.0.1:${port}${path}`);
		return { status: response.status, text: await response.text() };
	}

	it("takes the very first request, and all after it, ahead of the hosting server", async () => {
		takeRequests(taker);
		for (let time = 0; time < 3; time += 1) expect(await get("/")).to.deep.equal({ status: 200, text: "function" });
	});

	it("takes every path", async () => {
		takeRequests(taker);
		for (const path of ["/__/health", "/__/", "/favicon.ico"]) {
			expect(await get(path), path).to.deep.equal({ status: 200, text: "function" });
		}
	});

	it("leaves the functions emulator's own paths to the hosting server where it runs in it", async () => {
		takeRequests({ ...taker, isEmulated: true });
		for (const path of ["/__/health", "/__/"]) expect(await get(path)).to.deep.equal({ status: 404, text: "host" });
		for (const path of ["/", "/__"]) expect(await get(path)).to.deep.equal({ status: 200, text: "function" });
	});

	it("answers 500 and tells why when a request can't be answered", async () => {
		const failures: unknown[] = [];
		takeRequests({ ...taker, onFailure: (cause) => failures.push(cause) });
		expect(await get("/broken")).to.deep.equal({ status: 500, text: "" });
		expect(failures.map(String)).to.deep.equal(["Error: broken"]);
		expect(await get("/")).to.deep.equal({ status: 200, text: "function" });
	});

	it("leaves an answer as it is that fails after it began", async () => {
		const failures: unknown[] = [];
		takeRequests({
			...taker,
			answer: async (_request, response) => {
				response.end("function");
				throw new Error("too late");
			},
			onFailure: (cause) => failures.push(cause),
		});
		expect(await get("/")).to.deep.equal({ status: 200, text: "function" });
		expect(failures.map(String)).to.deep.equal(["Error: too late"]);
	});
});
