import { expect } from "chai";
import { expectedCounts } from "../../../scripts/fleet/expectedCounts.ts";
import type { SimulatedRequest } from "../../../scripts/fleet/simulateFleet.ts";
import type { CountedEvent } from "../../../scripts/fleet/wire.ts";

const LATE_ON_THE_20TH = Date.parse("2026-11-20T23:59:59.999Z");
const EARLY_ON_THE_21ST = LATE_ON_THE_20TH + 1;

function request(counted: readonly CountedEvent[], noise = 0, repeated = 0): SimulatedRequest {
	return { deviceId: "0b5f3a52", sentAt: 0, body: [], counted, noise, repeated };
}

describe("expectedCounts", () => {
	it("tallies by version, action and day", () => {
		const counts = expectedCounts(
			[
				request([
					{ action: "download_complete", version: "1.1.0", isDev: false, timestamp: LATE_ON_THE_20TH },
					{ action: "set", version: "1.1.0", replacedVersion: "1.0.0", isDev: false, timestamp: EARLY_ON_THE_21ST },
				]),
				request([
					{ action: "set", version: "1.1.0", replacedVersion: "1.0.0", isDev: true, timestamp: EARLY_ON_THE_21ST },
				]),
				request([{ action: "set", version: "1.1.0", isDev: false }], 0, 2),
				request([], 1),
			],
			"2026-11-25",
		);

		expect(counts).to.deep.equal({
			events: 4,
			noise: 1,
			repeated: 2,
			versions: {
				"1.0.0": {
					actions: { uninstall: 2 },
					dev_actions: { uninstall: 1 },
					days: { "2026-11-21": { actions: { uninstall: 2 }, dev_actions: { uninstall: 1 } } },
				},
				"1.1.0": {
					actions: { download_complete: 1, set: 3 },
					dev_actions: { set: 1 },
					days: {
						"2026-11-20": { actions: { download_complete: 1 }, dev_actions: {} },
						"2026-11-21": { actions: { set: 2 }, dev_actions: { set: 1 } },
						"2026-11-25": { actions: { set: 1 }, dev_actions: {} },
					},
				},
			},
		});
	});

	it("counts nothing for no requests", () => {
		expect(expectedCounts([], "2026-11-25")).to.deep.equal({ events: 0, noise: 0, repeated: 0, versions: {} });
	});
});
