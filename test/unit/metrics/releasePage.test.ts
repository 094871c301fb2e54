import { expect } from "chai";
import fc from "fast-check";
import { FLAGS } from "../../../functions/src/devices/flags.ts";
import { productionDevices } from "../../../functions/src/releases/productionDevices.ts";
import { proportion } from "../../../functions/src/releases/proportion.ts";
import { releasesOfDevice } from "../../../metrics/deviceReleases.ts";
import type { DayDocument, EventDocument } from "../../../metrics/documents.ts";
import { adoptionDays, adoptionOf } from "../../../metrics/releaseAdoption.ts";
import { difference } from "../../../metrics/releaseComparison.ts";
import { devicesBehind, groupFailures, isOfKind } from "../../../metrics/releaseFailures.ts";
import { deviceFunnel } from "../../../metrics/releaseFunnel.ts";

describe("adoption", () => {
	const days = new Map<string, DayDocument | null>([
		["2026-03-14", { day: "2026-03-14", hours: { "10": { installed: 5 }, "12": { installed: 50, ran: 3 } } }],
		["2026-03-15", { day: "2026-03-15", hours: { "09": { installed: 45 } } }],
	]);
	const now = Date.parse("2026-03-18T12:00:00Z");

	it("is told by the hour since the first install, with the time to each share", () => {
		const adoption = adoptionOf(days, { appearedOn: "2026-03-14", active: 110, now });
		expect(adoption?.from).to.equal(Date.parse("2026-03-14T10:00:00Z"));
		expect(adoption?.devices).to.have.length(72);
		expect(adoption?.devices.slice(0, 3)).to.deep.equal([5, 5, 55]);
		expect(adoption?.reached).to.deep.equal([3, 3, 24]);
		expect(adoption?.isOver).to.equal(true);
	});

	it("ends at the present hour", () => {
		const adoption = adoptionOf(days, {
			appearedOn: "2026-03-14",
			active: 1_000,
			now: Date.parse("2026-03-14T12:30:00Z"),
		});
		expect(adoption?.devices).to.deep.equal([5, 5, 55]);
		expect(adoption?.reached).to.deep.equal([null, null, null]);
		expect(adoption?.isOver).to.equal(false);
	});

	it("is null before anybody has it, and reaches over four days", () => {
		expect(adoptionOf(new Map(), { appearedOn: "2026-03-14", active: 10, now })).to.equal(null);
		expect(adoptionDays("2026-02-27")).to.deep.equal(["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]);
	});
});

describe("difference of two releases", () => {
	it("has Newcombe's interval: 56 of 70 and 48 of 80", () => {
		const found = difference(proportion(56, 70), proportion(48, 80));
		expect(found?.value).to.be.closeTo(0.2, 1e-9);
		expect(found?.low).to.be.closeTo(0.0524, 5e-5);
		expect(found?.high).to.be.closeTo(0.3339, 5e-5);
	});

	it("holds where nothing failed: 9 of 10 and 3 of 10, 10 of 10 and 0 of 10", () => {
		const part = difference(proportion(9, 10), proportion(3, 10));
		expect([part?.low, part?.high].map((end) => end?.toFixed(4))).to.deep.equal(["0.1705", "0.8090"]);
		const whole = difference(proportion(10, 10), proportion(0, 10));
		expect(whole?.low).to.be.closeTo(0.6075, 5e-5);
		expect(whole?.high).to.equal(1);
	});

	it("is none without devices", () => {
		expect(difference(proportion(0, 0), proportion(1, 2))).to.equal(null);
	});
});

describe("funnel of devices", () => {
	it("never grows, whatever the counters say", () => {
		const counts = fc.record(Object.fromEntries(FLAGS.map((flag) => [flag, fc.nat(50)])));
		fc.assert(
			fc.property(counts, (devices) => {
				const steps = deviceFunnel(productionDevices({ devices })).map(({ count }) => count);
				expect(steps).to.deep.equal(steps.toSorted((a, b) => b - a));
			}),
		);
	});

	it("says what became of the others", () => {
		const devices = productionDevices({
			devices: { tried: 100, downloaded: 90, download_failed: 6, installed: 80, well: 60 },
		});
		const [, downloaded, installed, well] = deviceFunnel(devices);
		expect(downloaded?.lost).to.equal("10 lack it: 6 could not download it, 4 on their way");
		expect(installed?.lost).to.contain("10 have it and did not install it");
		expect(well).to.include({ count: 60, share: 0.6, lost: "20 failed or crashed after it was installed" });
	});
});

describe("failures", () => {
	const events = [
		failure("a", "update_fail", 3_000, { metadata: { reason: "not ready\nat line 2" } }),
		failure("a", "update_fail", 1_000, { metadata: { reason: "not ready" } }),
		failure("b", "update_fail", 2_000, { metadata: { reason: "not ready" } }),
		failure("b", "download_manifest_file_fail", 5_000, { file: "main.js", message: "404" }),
		failure("c", "webview_javascript_error", 9_000, {}),
		failure("d", "webview_javascript_error", 9_000, {}),
		failure("e", "webview_javascript_error", 9_000, {}),
	];

	it("are grouped by action, reason and file, those that count against the release first", () => {
		const groups = groupFailures(events);
		expect(
			groups.map(({ action, reason, file, devices, reports }) => [action, reason, file, devices, reports]),
		).to.deep.equal([
			["update_fail", "not ready", "", 2, 3],
			["download_manifest_file_fail", "404", "main.js", 1, 1],
			["webview_javascript_error", "", "", 3, 3],
		]);
		expect(groups.map(({ consequence }) => consequence)).to.deep.equal(["failed", "could not download", "not judged"]);
		expect(groups[0]).to.include({ firstAt: 1_000, lastAt: 3_000 });
	});

	it("have each device once, by its newest report", () => {
		const behind = devicesBehind(events.filter((event) => isOfKind(event, { action: "update_fail" })));
		expect(behind.map(({ newest, reports, firstAt }) => [newest.device_id, reports, firstAt])).to.deep.equal([
			["a", 2, 1_000],
			["b", 1, 2_000],
		]);
	});

	it("are of a kind by what is given of it", () => {
		const [first] = events;
		if (first === undefined) throw new Error("There is no event.");
		expect(isOfKind(first, {})).to.equal(true);
		expect(isOfKind(first, { action: "update_fail", reason: "another" })).to.equal(false);
		expect(isOfKind(first, { file: "main.js" })).to.equal(false);
	});
});

describe("releases of a device", () => {
	const at = (time: number) => ({ toMillis: () => time });

	it("are read with their flags, the newest first, by their own names", () => {
		const releases = releasesOfDevice({
			"1%2F2": { tried_on: "1970-01-01", installed_at: at(9_000), failed_at: at(5_000) },
			"3.0.0": { tried_on: "1970-01-01", downloaded_at: at(20_000) },
			broken: null,
		});
		expect(releases.map(({ version }) => version)).to.deep.equal(["3.0.0", "1/2"]);
		expect([...(releases[1]?.flags ?? [])]).to.include.members(["installed", "failed", "recovered", "well"]);
	});

	it("are none of a device that has met none", () => {
		expect(releasesOfDevice(undefined)).to.deep.equal([]);
	});
});

function failure(device: string, action: string, time: number, rest: object): EventDocument {
	const moment = { toMillis: () => time };
	const told = { app_id: "com.example.shop", platform: "android", is_prod: true, is_emulator: false };
	const fields = {
		...told,
		device_id: device,
		action,
		version_name: "1.0.0",
		occurred_at: moment,
		received_at: moment,
	};
	return { ...fields, ...rest } as EventDocument;
}
