import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { goToLoopbackDirectly, PORTS } from "../../../scripts/cli/addresses.ts";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { candidates, findPorts, pinnedPort } from "../../../scripts/emulators/ports.ts";

describe("the suite's ports", () => {
	const servers: Server[] = [];

	afterEach(async () => {
		for (const server of servers.splice(0)) {
			server.close();
			await once(server, "close");
		}
	});

	async function takePort(port = 0): Promise<number> {
		const server = createServer().listen(port, "127.0.0.1");
		await once(server, "listening");
		servers.push(server);
		const address = server.address();
		return typeof address === "object" && address !== null ? address.port : expect.fail("it listens on a port");
	}

	async function isFree(port: number): Promise<boolean> {
		try {
			await takePort(port);
			return true;
		} catch {
			return false;
		}
	}

	async function failureOf(work: Promise<unknown>): Promise<string> {
		const error = await work.then(
			() => expect.fail("it should have failed"),
			(reason: unknown) => reason,
		);
		expect(error).to.be.instanceOf(ExplainedError);
		return String(error);
	}

	it("are all different and free", async () => {
		const ports = Object.values(await findPorts("any", {}));
		expect(ports).to.have.lengthOf(Object.keys(PORTS).length);
		expect(new Set(ports)).to.have.property("size", ports.length);
		for (const port of ports) {
			expect(await isFree(port), `port ${port}`).to.equal(true);
		}
	});

	it("are the standard ones or the next in steps of ten, whichever is free", async () => {
		await isFree(PORTS.functions.standard);
		const { functions } = await findPorts("standard", {});
		expect(functions).to.be.greaterThan(PORTS.functions.standard);
		expect(candidates(PORTS.functions.standard)).to.include(functions);
	});

	it("are pinned by variables", async () => {
		const { functions: free } = await findPorts("any", {});
		const ports = await findPorts("standard", { STATS_FUNCTIONS_PORT: String(free) });
		expect(ports.functions).to.equal(free);
	});

	it("give way to a pinned one", async () => {
		const pinned = (await findPorts("standard", {})).functions;
		const ports = await findPorts("standard", { STATS_TASKS_PORT: String(pinned) });
		expect(ports.tasks).to.equal(pinned);
		expect(ports.functions).not.to.equal(pinned);
	});

	it("are refused with the variable's name when a pinned one is taken", async () => {
		const taken = await takePort();
		const message = await failureOf(findPorts("any", { STATS_FIRESTORE_PORT: String(taken) }));
		expect(message).to.contain(String(taken)).and.to.contain("STATS_FIRESTORE_PORT");
	});

	it("are refused when two variables pin the same", async () => {
		const { functions: free } = await findPorts("any", {});
		const twice = { STATS_FIRESTORE_PORT: String(free), STATS_FUNCTIONS_PORT: String(free) };
		expect(await failureOf(findPorts("any", twice))).to.contain("STATS_F");
	});

	it("are refused when a variable holds no port", () => {
		for (const value of ["stats", "0", "65536", "80.5", "-1"]) {
			expect(() => pinnedPort("hub", { STATS_HUB_PORT: value }), value).to.throw(ExplainedError, "STATS_HUB_PORT");
		}
	});

	it("are not pinned by an empty variable", () => {
		expect(pinnedPort("hub", { STATS_HUB_PORT: "" })).to.equal(undefined);
		expect(pinnedPort("hub", {})).to.equal(undefined);
	});
});

describe("the way to the loopback address", () => {
	it("leads past a proxy, under both names of the variable, with what else it is not for", () => {
		for (const given of [{}, { no_proxy: "" }, { NO_PROXY: "a.example", no_proxy: "" }, { no_proxy: "a.example" }]) {
			const environment: NodeJS.ProcessEnv = { ...given };
			goToLoopbackDirectly(environment);
			const others = Object.values(given).includes("a.example") ? ",a.example" : "";
			expect(environment).to.deep.equal({
				no_proxy: `127.0.0.1,localhost${others}`,
				NO_PROXY: `127.0.0.1,localhost${others}`,
			});
		}
	});
});
