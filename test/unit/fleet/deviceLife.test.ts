import { expect } from "chai";
import { type Device, PLUGINS, type Plugin } from "../../../scripts/fleet/device.ts";
import { liveOn } from "../../../scripts/fleet/deviceLife.ts";
import type { Happening } from "../../../scripts/fleet/happening.ts";
import { Random } from "../../../scripts/fleet/random.ts";
import type { FaultKind } from "../../../scripts/fleet/releases.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
const TO = Date.parse("2026-11-25T12:00:00Z");
const PERIOD = { from: TO - 2 * DAY_MS, to: TO };

function deviceWith(platform: Plugin["platform"], version: string): Device {
	const plugin = PLUGINS.find((candidate) => candidate.platform === platform && candidate.version === version);
	if (!plugin) throw new Error(`The fleet has no ${version} on ${platform}.`);
	return {
		plugin,
		deviceId: "0b5f3a52-7c1d-4d84-9a4e-7f6f3f2f9c11",
		customId: "",
		versionOs: "15",
		build: { version: "3.4.0", code: "30400" },
		installSource: "",
		channel: "production",
		defaultChannel: "",
		isEmulator: false,
		isProd: true,
		isOnFastNetwork: false,
	};
}

/** Lives of the same device while a release is out that has one fault on every device. */
function* lives(device: Device, kind: FaultKind | undefined): Generator<readonly Happening[]> {
	const faults = kind === undefined ? [] : [{ kind, rate: 1 }];
	const releases = [{ version: "1.1.0", publishedAt: 0, faults }];
	for (let seed = 0; seed < 60; seed += 1) {
		yield [...liveOn(device, { period: PERIOD, releases, offlineShare: 0 }, new Random(`life ${seed}`))];
	}
}

/** What the device reports from the first sign of the update until the failure is over, as `action version→about`. */
function lifeWith(device: Device, kind: FaultKind | undefined, isWanted: (life: readonly Happening[]) => boolean) {
	for (const life of lives(device, kind)) {
		if (isWanted(life)) return life;
	}
	throw new Error("No life was as wanted.");
}

function has(action: Happening["action"]) {
	return (life: readonly Happening[]) => life.some((happening) => happening.action === action);
}

/** As a person would note it: the action, what it names, and what it is about where that is something else. */
function noted(happenings: readonly Happening[]): readonly string[] {
	return happenings.map(({ action, version, about, isOfService }) => {
		const meant = about === version ? "" : ` (${about ?? "no release"})`;
		return `${action} ${version}${meant}${isOfService ? " alone" : ""}`;
	});
}

function between(life: readonly Happening[], first: Happening["action"], last: Happening["action"]) {
	const from = life.findIndex(({ action }) => action === first);
	const length = life.slice(from).findIndex(({ action }) => action === last);
	return noted(life.slice(from, from + length + 1));
}

const android = deviceWith("android", "8.51.23");
const ios = deviceWith("ios", "8.51.23");

describe("the life of a device", () => {
	it("begins with a cold start of five reports, of the bundle that is shipped in the app", () => {
		const life = lifeWith(android, undefined, (happenings) => happenings[1]?.action === "app_moved_to_foreground");
		expect(noted(life.slice(0, 5))).to.deep.equal([
			"app_launch_start 3.4.0",
			"app_moved_to_foreground 3.4.0",
			"webview_dom_content_loaded 3.4.0",
			"webview_page_loaded 3.4.0",
			"app_launch_ready 3.4.0",
		]);
	});

	it("updates on Android: the service's own reports alone, the installation in the background", () => {
		const life = lifeWith(
			android,
			undefined,
			(happenings) => has("download_zip_start")(happenings) && has("set")(happenings),
		);
		const update = between(life, "download_zip_start", "webview_page_loaded");
		expect(update).to.deep.equal([
			"download_zip_start 1.1.0 alone",
			...[10, 20, 30, 40, 50, 60, 70].map((percent) => `download_${percent} 1.1.0`),
			"download_zip_complete 1.1.0 alone",
			"download_80 1.1.0",
			"download_90 1.1.0",
			"download_complete 1.1.0",
			"set_next 1.1.0",
			"app_moved_to_background 3.4.0",
			"set 1.1.0",
			"webview_dom_content_loaded 1.1.0",
			"webview_page_loaded 1.1.0",
		]);
		const [background, set] = ["app_moved_to_background", "set"].map((action) =>
			life.find(
				(happening) =>
					happening.action === action && happening.at > (life.find(({ action: a }) => a === "set_next")?.at ?? 0),
			),
		);
		expect((set?.at ?? 0) - (background?.at ?? 0)).to.be.within(1, 5);
	});

	it("fails on Android under the name of what runs, until the end", () => {
		expect(
			between(lifeWith(android, "checksum", has("checksum_fail")), "checksum_fail", "finish_download_fail"),
		).to.deep.equal([
			"checksum_fail 3.4.0 (1.1.0)",
			"delete 1.1.0",
			"download_fail 3.4.0 (no release)",
			"finish_download_fail 1.1.0",
		]);
		expect(between(lifeWith(android, "unzip", has("unzip_fail")), "unzip_fail", "finish_download_fail")).to.deep.equal([
			"unzip_fail 3.4.0 (1.1.0)",
			"download_fail 3.4.0 (no release)",
			"finish_download_fail 1.1.0",
		]);
		expect(
			between(lifeWith(android, "disk", has("download_fail")), "insufficient_disk_space", "download_fail"),
		).to.deep.equal(["insufficient_disk_space 1.1.0", "download_fail 1.1.0"]);
	});

	it("fails on iOS under the name of what runs where it could not be downloaded or unpacked", () => {
		const ofFailure = (kind: FaultKind, first: Happening["action"]) =>
			between(lifeWith(ios, kind, has(first)), first, "download_fail");
		expect(ofFailure("download", "download_fail")).to.deep.equal(["download_fail 3.4.0 (1.1.0)"]);
		expect(ofFailure("unzip", "unzip_fail")).to.deep.equal([
			"unzip_fail 3.4.0 (1.1.0)",
			"download_fail 3.4.0 (no release)",
		]);
		expect(ofFailure("disk", "insufficient_disk_space")).to.deep.equal([
			"insufficient_disk_space 3.4.0 (unknown)",
			"download_fail 3.4.0 (no release)",
		]);
		expect(ofFailure("checksum", "checksum_fail")).to.deep.equal([
			"checksum_fail 1.1.0",
			"delete 1.1.0",
			"download_fail 3.4.0 (no release)",
		]);
	});

	it("fails with plugin 5.6, which names what runs whatever it reports, so that nothing tells which bundle it was", () => {
		const life = lifeWith(deviceWith("android", "5.6.13"), "checksum", has("checksum_fail"));
		expect(between(life, "download_complete", "download_fail")).to.deep.equal([
			"download_complete builtin (no release)",
			"checksum_fail builtin (unknown)",
			"delete builtin (no release)",
			"download_fail builtin (no release)",
		]);
	});

	it("reports each step of a download once a process on Android", () => {
		for (const life of lives(android, "download")) {
			const steps = life
				.filter(({ action }) => /^download_\d/.test(action))
				.map(({ action, process }) => `${process} ${action}`);
			expect(new Set(steps).size).to.equal(steps.length);
		}
	});

	it("rolls back: the failure, then the set of what it falls back to, if that is no shipped bundle", () => {
		const toShipped = lifeWith(android, "rollback", has("update_fail"));
		expect(between(toShipped, "update_fail", "delete")).to.deep.equal(["update_fail 1.1.0", "delete 1.1.0"]);

		const releases = [
			{ version: "1.0.0", publishedAt: 0, faults: [] },
			{ version: "1.1.0", publishedAt: 0.4, faults: [{ kind: "rollback", rate: 1 }] },
		] as const;
		const fallsBack = Array.from({ length: 20 }, (_, seed) => [
			...liveOn(android, { period: PERIOD, releases, offlineShare: 0 }, new Random(`fall back ${seed}`)),
		]).find(
			(life) => life.some(({ action, version }) => action === "set" && version === "1.0.0") && has("update_fail")(life),
		);
		const rollback = fallsBack ?? [];
		const from = rollback.findIndex(({ action }) => action === "update_fail");
		expect(noted(rollback.slice(from, from + 3))).to.deep.equal(["update_fail 1.1.0", "set 1.0.0", "delete 1.1.0"]);
		expect(rollback[from + 1]?.oldVersion).to.equal("1.1.0");
	});

	it("tells of a crash at the next start, and charges the release that ran when it happened", () => {
		const life = lifeWith(android, "crash", (happenings) => happenings.some(({ isCharged }) => isCharged));
		const crash = life.find(({ isCharged }) => isCharged);
		const begunAt = life.find(({ action }) => action === "set")?.at ?? Number.NaN;
		const before = life.findLast(({ process }) => process < (crash?.process ?? 0));
		expect(crash?.version).to.equal("1.1.0");
		expect(Number(crash?.metadata?.["exit_timestamp"])).to.be.above(begunAt);
		expect(Number(crash?.metadata?.["exit_timestamp"])).to.be.above(before?.at ?? Number.NaN);
		expect(crash?.at).to.be.above(Number(crash?.metadata?.["exit_timestamp"]));
	});

	it("does not charge a release with an exit from before it ran, or of an unimportant process", () => {
		const exits = [...lives(android, "crash")]
			.flat()
			.filter(({ metadata }) => metadata?.["exit_timestamp"] !== undefined);
		const old = exits.filter(({ process }) => process === 1);
		const unimportant = exits.filter(({ metadata }) => metadata?.["exit_importance"] === "400");
		expect(old).not.to.deep.equal([]);
		expect(unimportant).not.to.deep.equal([]);
		expect([...old, ...unimportant].filter(({ isCharged }) => isCharged)).to.deep.equal([]);
	});

	it("says nothing of a crash on an Android that doesn't tell apps of it", () => {
		const old = { ...android, versionOs: "9" };
		expect([...lives(old, "crash")].flat().filter(({ action }) => action === "app_crash")).to.deep.equal([]);
	});

	it("reports failed checks under the name of what runs, when it is offline or the update failed before", () => {
		const offline = [...liveOn(android, { period: PERIOD, releases: [], offlineShare: 1 }, new Random("offline"))];
		const checks = offline.filter(({ action }) => action === "download_fail");
		expect(checks).to.have.length.above(1);
		expect(new Set(noted(checks))).to.deep.equal(new Set(["download_fail 3.4.0 (no release)"]));
		expect(offline.every(({ isOffline }) => isOffline)).to.equal(true);

		const online = [...liveOn(android, { period: PERIOD, releases: [], offlineShare: 0 }, new Random("online"))];
		expect(online.filter(({ action }) => action === "download_fail")).to.deep.equal([]);
	});

	it("is the life of an Electron app: a set at each start, without a name for the shipped bundle", () => {
		const life = lifeWith(deviceWith("electron", "0.0.1"), undefined, has("download_complete"));
		expect(noted(life.slice(0, 3))).to.deep.equal(["set  (no release)", "download_complete 1.1.0", "set 1.1.0"]);
		const failed = lifeWith(deviceWith("electron", "0.0.1"), "rollback", has("set_fail"));
		expect(noted(failed.slice(1, 3))).to.deep.equal(["download_complete 1.1.0", "set_fail 1.1.0"]);
	});

	it("never has two reports at the same moment", () => {
		for (const kind of ["download", "checksum", "rollback", "crash", undefined] as const) {
			for (const life of lives(android, kind)) {
				const times = life.map(({ at }) => at);
				expect(times).to.deep.equal([...new Set(times)].sort((a, b) => a - b));
			}
		}
	});
});
