import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import { explainAccess, onTarget } from "../../../scripts/cli/access.ts";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { runCommand } from "../../support/commands.ts";

const REAL = { projectId: "my-project", description: "project my-project", emulatorHosts: [] };

const COMMANDS = { report: [], member: ["list"], recount: [], erase: [] } as const;

/** As on the machine of somebody who is not signed in, and runs no emulator. */
const NO_CREDENTIALS = {
	GOOGLE_APPLICATION_CREDENTIALS: "/no/such/file",
	GCLOUD_PROJECT: undefined,
	FIRESTORE_EMULATOR_HOST: undefined,
	FIREBASE_AUTH_EMULATOR_HOST: undefined,
};

describe("the access to a target", () => {
	it("is missed at once where an emulator is not there", async () => {
		const free = await freePort();
		const host = `127.0.0.1:${free}`;
		const outcome = await onTarget(emulatorAt(host), {}, async () => "done").catch((error: unknown) => error);
		expect(outcome).to.be.instanceOf(ExplainedError);
		expect(outcome).to.have.property("message").that.includes(`the emulator at ${host}`).and.includes("npm start");
	});

	it("lets the work be done where the emulator listens", async () => {
		const server = createServer();
		await once(server.listen(0, "127.0.0.1"), "listening");
		const { port } = server.address() as AddressInfo;
		expect(await onTarget(emulatorAt(`127.0.0.1:${port}`), {}, async () => "done")).to.equal("done");
		server.close();
	});

	for (const [message, advice] of [
		["Could not load the default credentials. Browse to https://example.com.", "You are not signed in to the project"],
		["invalid_grant", "gcloud auth application-default login"],
		["7 PERMISSION_DENIED: Missing or insufficient permissions.", "You may not change the project my-project"],
		["14 UNAVAILABLE: No connection established.", "Can't reach the project my-project: 14 UNAVAILABLE"],
		["getaddrinfo ENOTFOUND oauth2.googleapis.com", "Is this machine online?"],
	] as const) {
		it(`explains ${message}`, () => {
			const explained = explainAccess(new Error(message), REAL);
			expect(explained).to.be.instanceOf(ExplainedError);
			expect(explained).to.have.property("message").that.includes(advice).and.does.not.include("npm start");
		});
	}

	it("leaves an error alone whose cause is not known", () => {
		const error = new Error("9 FAILED_PRECONDITION: The query requires an index.");
		expect(explainAccess(error, REAL)).to.equal(error);
	});

	for (const [name, args] of Object.entries(COMMANDS)) {
		it(`is missed in one line by npm run ${name} whose credentials are no file`, async () => {
			const target = ["--app", "com.example.shop", "--project", "my-project"];
			const failure = await runCommand(name, [...args, ...target], { environment: NO_CREDENTIALS });
			const lines = failure.stderr.trim().split("\n");
			expect(lines.filter((line) => !line.startsWith("On the "))).to.have.length(1);
			expect(lines.at(-1)).to.match(/^GOOGLE_APPLICATION_CREDENTIALS names no file .*\/no\/such\/file/);
			expect(failure.code).to.equal(1);
		});
	}
});

function emulatorAt(host: string) {
	return { projectId: "demo-x", description: `emulator at ${host}, project demo-x`, emulatorHosts: [host] };
}

async function freePort(): Promise<number> {
	const server = createServer();
	await once(server.listen(0, "127.0.0.1"), "listening");
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}
