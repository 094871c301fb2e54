import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { PORTS } from "../../../scripts/cli/addresses.ts";
import { type DirectedSuite, directions } from "../../../scripts/emulators/directions.ts";
import type { Ports } from "../../../scripts/emulators/ports.ts";

const STANDARD_PORTS = Object.fromEntries(
	Object.entries(PORTS).map(([name, { standard }]) => [name, standard]),
) as Ports;

const SUITE: DirectedSuite = {
	projectId: "demo-statistics",
	ports: STANDARD_PORTS,
	settings: { STATS_SECRETS: "none", ALLOWED_APPS: "" },
	statsUrl: "http://127.0.0.1:5001/demo-statistics/us-central1/stats",
	firestoreHost: "127.0.0.1:8080",
	dashboardUrl: "http://127.0.0.1:5000",
	ui: { off: "it was not asked for" },
	environment: { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8080", FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9099" },
};

describe("the directions of npm start", () => {
	it("are short for the defaults", () => {
		const lines = linesFor(SUITE);
		expect(lines).to.include.members([SUITE.statsUrl, "npm run simulate", SUITE.dashboardUrl]);
		expect(lines).to.include("npm run report -- --app com.example.shop --emulator");
		expect(lines.find((line) => line.startsWith("curl"))).to.match(
			/"app_id":"com\.example\.shop".*\/us-central1\/stats$/,
		);
	});

	it("carry the secret that the server asks for", () => {
		const lines = linesFor({ ...SUITE, settings: { STATS_SECRETS: "it's & new, old" } });
		const url = `${SUITE.statsUrl}?secret=it's%20%26%20new`;
		expect(lines).to.include.members([url, "npm run simulate -- --secret 'it'\\''s & new'"]);
		expect(lines.find((line) => line.startsWith("curl"))).to.include(`'${url.replace("'", "'\\''")}'`);
	});

	it("name an app that the server allows, the example's where it does", () => {
		const lines = linesFor({ ...SUITE, settings: { ALLOWED_APPS: " a.b, c.d" } });
		expect(lines).to.include.members(["npm run simulate -- --app a.b", "npm run report -- --app a.b --emulator"]);
		expect(lines.join("\n")).to.include('"app_id":"a.b"').and.to.include("/apps/a.b/versions/");
		const both = linesFor({ ...SUITE, settings: { ALLOWED_APPS: "a.b,com.example.shop" } });
		expect(both).to.include("npm run simulate");
	});

	it("lead to ports that are not the standard ones", () => {
		const lines = linesFor({
			...SUITE,
			ports: { ...STANDARD_PORTS, firestore: 8090, auth: 9109 },
			statsUrl: "http://127.0.0.1:5011/demo-statistics/us-central1/stats",
			environment: { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8090", FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9109" },
		});
		expect(lines).to.include.members([
			"npm run simulate -- --url http://127.0.0.1:5011/demo-statistics/us-central1/stats",
			"FIRESTORE_EMULATOR_HOST=127.0.0.1:8090 FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9109 " +
				"npm run report -- --app com.example.shop",
		]);
	});
});

function linesFor(suite: DirectedSuite): readonly string[] {
	return stripVTControlCharacters(directions(suite))
		.split("\n")
		.map((line) => line.trim());
}
