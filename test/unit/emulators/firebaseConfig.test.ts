import { expect } from "chai";
import { suiteConfig } from "../../../scripts/emulators/firebaseConfig.ts";

const PORTS = {
	functions: 1001,
	firestore: 1002,
	firestoreWebsocket: 1003,
	auth: 1004,
	hosting: 1005,
	ui: 1006,
	hub: 1007,
	logging: 1008,
	eventarc: 1009,
	tasks: 1010,
};

const PROJECT = {
	functions: [{ codebase: "statistics", source: "functions", runtime: "nodejs24" }],
	firestore: { rules: "firestore.rules" },
	hosting: {
		public: "web/dist",
		rewrites: [
			{ source: "/stats", function: { functionId: "stats" } },
			{ source: "**", destination: "/index.html" },
		],
	},
	emulators: { functions: { port: 5001 }, pubsub: { port: 8085 } },
};

describe("a suite's firebase.json", () => {
	const config = suiteConfig(
		PROJECT,
		["functions", "firestore"],
		PORTS,
		".cache/suite-a/functions",
		"europe-west1",
		false,
	);

	it("keeps what is not the suite's", () => {
		expect(config).to.deep.include({ firestore: { rules: "firestore.rules" } });
	});

	it("takes the functions from the suite's copy", () => {
		expect(config.functions).to.deep.equal([
			{ codebase: "statistics", source: ".cache/suite-a/functions", runtime: "nodejs24" },
		]);
	});

	it("leads Hosting's rewrites to the region of the functions", () => {
		expect(config.hosting).to.deep.equal({
			public: "web/dist",
			rewrites: [
				{ source: "/stats", function: { functionId: "stats", region: "europe-west1" } },
				{ source: "**", destination: "/index.html" },
			],
		});
	});

	it("lets the page connect to the emulators, in the suite's copy alone", () => {
		const policy = {
			key: "Content-Security-Policy",
			value: "default-src 'self'; connect-src 'self'; object-src 'none'",
		};
		const other = { key: "X-Content-Type-Options", value: "nosniff" };
		const headers = [{ source: "**", headers: [policy, other] }];
		const project = { ...PROJECT, hosting: { ...PROJECT.hosting, headers } };
		const { hosting } = suiteConfig(project, ["hosting"], PORTS, "unused", undefined, false);
		const value = "default-src 'self'; connect-src 'self' http://127.0.0.1:* http://localhost:*; object-src 'none'";
		expect(hosting).to.have.deep.property("headers", [{ source: "**", headers: [{ ...policy, value }, other] }]);
		expect(project.hosting.headers).to.deep.equal([{ source: "**", headers: [policy, other] }]);
	});

	it("lets everything listen on the loopback address, on the suite's ports", () => {
		const at = (port: number) => ({ host: "127.0.0.1", port });
		expect(config.emulators).to.deep.equal({
			singleProjectMode: false,
			functions: at(1001),
			firestore: { ...at(1002), websocketPort: 1003 },
			hub: at(1007),
			logging: at(1008),
			eventarc: at(1009),
			tasks: at(1010),
			ui: { enabled: false, ...at(1006) },
		});
	});

	it("names the emulators and the UI that are asked for", () => {
		const { emulators } = suiteConfig(PROJECT, ["firestore", "auth", "hosting"], PORTS, "unused", undefined, true);
		expect(emulators).to.include.keys("firestore", "auth", "hosting").and.not.to.include.keys("functions");
		expect(emulators).to.have.deep.property("ui", { enabled: true, host: "127.0.0.1", port: 1006 });
	});
});
