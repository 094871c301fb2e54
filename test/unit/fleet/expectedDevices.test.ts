import { expect } from "chai";
import type { Flag } from "../../../functions/src/devices/flags.ts";
import { differingDevices, expectedDevices } from "../../../scripts/fleet/expectedDevices.ts";
import type { CountedEvent } from "../../../scripts/fleet/wire.ts";

const ON_THE_20TH = Date.parse("2026-11-20T23:59:59.999Z");
const ON_THE_21ST = ON_THE_20TH + 1;
const ARRIVAL_DAY = "2026-11-25";

function event(release: string, shows: readonly Flag[], more: Partial<CountedEvent> = {}): CountedEvent {
	return { action: "set", version: release, isDev: false, timestamp: ON_THE_20TH, about: { release, shows }, ...more };
}

function totals(requests: Parameters<typeof expectedDevices>[0]) {
	return expectedDevices(requests, ARRIVAL_DAY)["1.1.0"]?.devices;
}

function ofOneDevice(...counted: readonly CountedEvent[]) {
	return totals([{ deviceId: "a", counted }]);
}

describe("expectedDevices", () => {
	it("counts a device once for each flag, on the day on which it first tried the release", () => {
		const devices = expectedDevices(
			[
				{ deviceId: "a", counted: [event("1.1.0", [])] },
				{
					deviceId: "a",
					counted: [event("1.1.0", ["downloaded"], { timestamp: ON_THE_21ST }), event("1.0.0", ["ran"])],
				},
				{ deviceId: "b", counted: [event("1.1.0", ["downloaded"], { timestamp: ON_THE_21ST, isDev: true })] },
			],
			ARRIVAL_DAY,
		);
		expect(devices).to.deep.equal({
			"1.0.0": {
				devices: { tried: 1, downloaded: 1, ran: 1 },
				dev_devices: {},
				days: { "2026-11-20": { devices: { tried: 1, downloaded: 1, ran: 1 }, dev_devices: {} } },
			},
			"1.1.0": {
				devices: { tried: 2, downloaded: 2 },
				dev_devices: { tried: 1, downloaded: 1 },
				days: {
					"2026-11-20": { devices: { tried: 1, downloaded: 1 }, dev_devices: {} },
					"2026-11-21": { devices: { tried: 1, downloaded: 1 }, dev_devices: { tried: 1, downloaded: 1 } },
				},
			},
		});
	});

	it("counts on the day of arrival what has no timestamp", () => {
		const { timestamp, ...untimed } = event("1.1.0", []);
		const devices = expectedDevices([{ deviceId: "a", counted: [untimed] }], ARRIVAL_DAY);
		expect(Object.keys(devices["1.1.0"]?.days ?? {})).to.deep.equal([ARRIVAL_DAY]);
	});

	it("leaves out what is about no release", () => {
		const { about, ...check } = event("1.1.0", []);
		expect(ofOneDevice(check)).to.equal(undefined);
	});

	for (const [flag, implied] of [
		["download_failed", { tried: 1, download_failed: 1 }],
		["installed", { tried: 1, downloaded: 1, installed: 1, well: 1 }],
		["failed", { tried: 1, downloaded: 1, failed: 1 }],
		["crashed", { tried: 1, downloaded: 1, ran: 1, crashed: 1 }],
	] as const) {
		it(`knows what ${flag} implies`, () => {
			expect(ofOneDevice(event("1.1.0", [flag]))).to.deep.equal(implied);
		});
	}

	it("calls a device recovered whose newest installation came after its newest failure", () => {
		const installed = event("1.1.0", ["installed"]);
		const failed = event("1.1.0", ["failed"]);
		expect(ofOneDevice(installed, failed)).not.to.have.property("recovered");
		expect(ofOneDevice(installed, failed, installed)).to.include({ failed: 1, recovered: 1 });
		expect(ofOneDevice(failed, installed, failed)).not.to.have.property("recovered");
		expect(ofOneDevice(installed, installed)).not.to.have.property("recovered");
	});
});

describe("differingDevices", () => {
	const expected = { "1.1.0": { devices: { tried: 2, failed: 1 }, dev_devices: { tried: 1 } } };

	it("finds nothing where all agrees, whether a counter is 0 or absent", () => {
		const counted = { "1.1.0": { devices: { tried: 2, failed: 1, ran: 0 }, dev_devices: { tried: 1 } }, "1.0.0": {} };
		expect(differingDevices(expected, counted)).to.deep.equal([]);
	});

	it("tells each counter that differs, and each version that is missing or too much", () => {
		const counted = {
			"1.1.0": { devices: { tried: 3, failed: 1 } },
			"9.9.9": { devices: { tried: 1 }, dev_devices: {} },
		};
		expect(differingDevices(expected, counted)).to.deep.equal([
			"1.1.0 devices.tried is 3, not 2",
			"1.1.0 dev_devices.tried is 0, not 1",
			"9.9.9 devices.tried is 1, not 0",
		]);
		expect(differingDevices(expected, {})).to.have.length(3);
	});
});
