import { expect } from "chai";
import type { Device } from "../../../functions/src/devices/device.ts";
import { deviceDocumentFields } from "../../../functions/src/devices/deviceDocument.ts";
import type { DeviceEvent } from "../../../functions/src/devices/deviceEvent.ts";
import type { Flag } from "../../../functions/src/devices/flags.ts";
import { MAX_REMEMBERED_RELEASES, project, projectWithoutDevice } from "../../../functions/src/devices/project.ts";
import { flagsOf } from "../../../functions/src/devices/releaseFacts.ts";
import { DAY_MS, deviceEvent, HOUR_MS, type Said } from "./deviceEvents.ts";

const MINUTE_MS = 60_000;

/** Projects events in one call. */
function projected(said: readonly Said[], known?: Device) {
	const [first, ...others] = said.map(deviceEvent);
	if (!first) throw new Error("A projection needs an event.");
	return project(known, [first, ...others]);
}

/** Projects each event by itself, in the order given. */
function projectedOneByOne(said: readonly Said[]): Device {
	const device = said
		.map(deviceEvent)
		.reduce<Device | undefined>((known, event) => project(known, [event]).device, undefined);
	if (!device) throw new Error("A projection needs an event.");
	return device;
}

function flags(device: Device, release: string): readonly Flag[] {
	const facts = device.releases.get(release);
	return facts ? [...flagsOf(facts)] : [];
}

describe("project", () => {
	describe("what a device does with a release", () => {
		const rows: readonly (readonly [what: string, said: readonly Said[], expected: readonly Flag[]])[] = [
			["starts a download", [{ action: "download_10", version_name: "3.4.8" }], ["tried"]],
			["completes one", [{ action: "download_complete", version_name: "3.4.8" }], ["tried", "downloaded"]],
			["will install it", [{ action: "set_next", version_name: "3.4.8" }], ["tried", "downloaded"]],
			["installs it", [{ action: "set", version_name: "3.4.8" }], ["tried", "downloaded", "installed", "well"]],
			[
				"runs it without a set",
				[{ action: "app_moved_to_foreground", version_name: "3.4.8" }],
				["tried", "downloaded", "ran"],
			],
			[
				"installs it and rolls back",
				[
					{ action: "set", version_name: "3.4.8" },
					{ action: "update_fail", version_name: "3.4.8", at: 10_000 },
				],
				["tried", "downloaded", "installed", "failed"],
			],
			[
				"rolls back and succeeds later",
				[
					{ action: "set", version_name: "3.4.8" },
					{ action: "update_fail", version_name: "3.4.8", at: 10_000 },
					{ action: "set", version_name: "3.4.8", at: HOUR_MS },
				],
				["tried", "downloaded", "installed", "failed", "recovered", "well"],
			],
			[
				"succeeds and fails again",
				[
					{ action: "update_fail", version_name: "3.4.8" },
					{ action: "set", version_name: "3.4.8", at: HOUR_MS },
					{ action: "update_fail", version_name: "3.4.8", at: 2 * HOUR_MS },
				],
				["tried", "downloaded", "installed", "failed"],
			],
			[
				"can't fetch one of its files",
				[{ action: "download_manifest_file_fail", version_name: "3.4.8" }],
				["tried", "download_failed"],
			],
			[
				"can't store it",
				[{ action: "finish_download_fail", version_name: "3.4.8" }],
				["tried", "downloaded", "failed"],
			],
			["deletes it", [{ action: "delete", version_name: "3.4.8" }], []],
			["is refused it", [{ action: "disableAutoUpdateToMajor", version_name: "3.4.8" }], []],
		];
		for (const [what, said, expected] of rows) {
			it(`${what}: ${expected.join(", ") || "nothing"}`, () => {
				expect(flags(projected(said).device, "3.4.8")).to.deep.equal(expected);
			});
		}
	});

	it("tells which event brought which flag, and takes a flag back by the event that ended it", () => {
		const said = ["set", "update_fail", "set", "update_fail"].map((action, index) => ({
			action,
			version_name: "3.4.8",
			at: index * MINUTE_MS,
			id: `${index}`,
		}));
		const { outcomes } = projected(said);
		const changes = [...outcomes].map(([id, { gained, lost }]) => [id, gained, lost]);
		expect(changes).to.deep.equal([
			["0", ["tried", "downloaded", "installed", "well"], []],
			["1", ["failed"], ["well"]],
			["2", ["recovered", "well"], []],
			["3", [], ["recovered", "well"]],
		]);
	});

	it("counts all that a device does with a release on the day on which it first tried it, as the build that tried it", () => {
		const { device } = projected([{ action: "download_10", version_name: "3.4.8", isDev: true }]);
		const { outcomes } = projected([{ action: "set", version_name: "3.4.8", at: 3 * DAY_MS, id: "set" }], device);
		expect(outcomes.get("set")).to.deep.include({ triedOn: "2026-03-10", triedAsDev: true, release: "3.4.8" });
	});

	it("tracks no more releases than its bound, and forgets none of a day for another of it", () => {
		const said = Array.from({ length: MAX_REMEMBERED_RELEASES + 1 }, (_, index) => ({
			action: "set",
			version_name: `1.0.${index}`,
			at: index * MINUTE_MS,
			id: `${index}`,
		}));
		const { device, outcomes } = projected(said);
		expect(device.releases.size).to.equal(MAX_REMEMBERED_RELEASES);
		expect(outcomes.get(String(MAX_REMEMBERED_RELEASES))).to.deep.equal({
			release: `1.0.${MAX_REMEMBERED_RELEASES}`,
			gained: [],
			lost: [],
		});
		expect(device.running?.version).to.equal(`1.0.${MAX_REMEMBERED_RELEASES}`);
	});

	it("forgets the release that it tried the longest ago for one of another day, but never what it runs", () => {
		const said = Array.from({ length: MAX_REMEMBERED_RELEASES }, (_, index) => ({
			action: index === MAX_REMEMBERED_RELEASES - 1 ? "set" : "download_10",
			version_name: `1.0.${index}`,
			at: index * MINUTE_MS,
			id: `${index}`,
		}));
		const full = projected(said).device;
		const { device, outcomes } = projected(
			[{ action: "download_10", version_name: "2.0.0", at: DAY_MS, id: "next day" }],
			full,
		);
		expect(device.releases.size).to.equal(MAX_REMEMBERED_RELEASES);
		expect(outcomes.get("next day")).to.deep.include({ release: "2.0.0", gained: ["tried"] });
		expect([...full.releases.keys()].filter((version) => !device.releases.has(version))).to.deep.equal(["1.0.0"]);
		const fields = deviceDocumentFields(full, device, 400);
		expect(fields.find(([path]) => path[1] === "1.0.0")).to.deep.equal([["releases", "1.0.0"], undefined]);
	});

	describe("a failure that names what runs", () => {
		const download: Said = { action: "download_10", version_name: "3.4.8" };
		const corrupt: Said = { action: "checksum_fail", version_name: "3.4.7", at: MINUTE_MS, id: "failure" };
		const offline: Said = { action: "download_fail", version_name: "3.4.7", at: MINUTE_MS, id: "failure" };
		const releaseOf = (said: readonly Said[]) => projected(said).outcomes.get("failure")?.release;

		it("is about the only release on its way", () => {
			expect(releaseOf([download, corrupt])).to.equal("3.4.8");
			expect(releaseOf([download, offline])).to.equal("3.4.8");
			expect(flags(projected([download, corrupt]).device, "3.4.7")).to.deep.equal([]);
		});

		it("is about it when only another event of the same request tells of it", () => {
			expect(releaseOf([{ ...corrupt, targets: ["3.4.8"] }])).to.equal("3.4.8");
		});

		it("is of an unknown release when none or several are on their way", () => {
			expect(releaseOf([corrupt])).to.equal("unknown");
			expect(releaseOf([download, { ...download, version_name: "3.4.9" }, corrupt])).to.equal("unknown");
			expect(releaseOf([download, { ...download, version_name: "3.4.9" }, offline])).to.equal("unknown");
		});

		it("is a failed check when a download fails while none is on its way", () => {
			expect(releaseOf([offline])).to.equal(undefined);
			expect(
				releaseOf([download, { action: "download_complete", version_name: "3.4.8", at: 1_000 }, offline]),
			).to.equal(undefined);
			expect(releaseOf([download, { ...offline, at: 25 * HOUR_MS }])).to.equal(undefined);
		});

		it("is about what arrived just now, when it could not be verified", () => {
			const complete = { action: "download_complete", version_name: "3.4.8", at: 1_000 };
			expect(releaseOf([download, complete, corrupt])).to.equal("3.4.8");
			expect(releaseOf([download, complete, { ...corrupt, at: HOUR_MS }])).to.equal("unknown");
		});

		it("is told once: what is said to fail after it, without a new sign of the update, is a check", () => {
			const { device, outcomes } = projected([download, corrupt, { ...offline, at: MINUTE_MS + 5, id: "again" }]);
			expect(outcomes.get("again")).to.deep.equal({ isFailedCheck: true, gained: [], lost: [] });
			expect(flags(device, "3.4.8")).to.deep.equal(["tried", "downloaded", "failed"]);
		});

		it("is about the release that it names, where that is on its way and doesn't run", () => {
			const runs = { action: "app_launch_ready", version_name: "3.4.7" };
			expect(releaseOf([runs, download, { ...offline, version_name: "3.4.8" }])).to.equal("3.4.8");
		});

		it("goes by arrivals where the sign of the update has no time of its own", () => {
			const untimed = { ...download, hasTimestamp: false, at: 2 * DAY_MS };
			const stale = { ...corrupt, at: 0, delay: 2 * DAY_MS + 1_000 };
			const opened = projected([untimed]).device;
			expect(projected([stale], opened).outcomes.get("failure")?.release).to.equal("3.4.8");
			const ended = {
				action: "download_complete",
				version_name: "3.4.8",
				at: -HOUR_MS,
				delay: 2 * DAY_MS + HOUR_MS + 500,
			};
			expect(projected([stale], projected([ended], opened).device).outcomes.get("failure")?.release).to.equal(
				"unknown",
			);
		});

		it("is of an update that isn't named when storage was too full for it, and nothing is on its way", () => {
			expect(releaseOf([{ ...offline, platform: "ios", action: "insufficient_disk_space" }])).to.equal("unknown");
		});

		it("is about a release that is downloaded once more", () => {
			const again = { ...download, at: HOUR_MS };
			const complete = { action: "download_complete", version_name: "3.4.8", at: MINUTE_MS };
			expect(releaseOf([download, complete, again, { ...corrupt, at: HOUR_MS + MINUTE_MS }])).to.equal("3.4.8");
		});

		it("is about no release when nothing is known of the device, but for an update that failed", () => {
			expect(projectWithoutDevice(deviceEvent(offline))).to.deep.equal({ isFailedCheck: true, gained: [], lost: [] });
			expect(projectWithoutDevice(deviceEvent(corrupt))).to.deep.equal({ release: "unknown", gained: [], lost: [] });
		});
	});

	describe("crashes", () => {
		const set: Said = { action: "set", version_name: "3.4.8" };
		const crash = (at: number, exitedAfter: number, action = "app_crash", importance?: number): Said => ({
			action,
			version_name: "3.4.8",
			at,
			metadata: {
				exit_timestamp: String(deviceEvent({ action: "ping" }).occurredAt + exitedAfter),
				...(importance !== undefined && { exit_importance: String(importance) }),
			},
		});
		const hasCrashed = (said: readonly Said[]) => flags(projected(said).device, "3.4.8").includes("crashed");

		it("count within a day after the device began to run the release", () => {
			expect(hasCrashed([set, crash(MINUTE_MS, 1_000)])).to.equal(true);
			expect(hasCrashed([set, crash(2 * DAY_MS, DAY_MS)])).to.equal(true);
			expect(hasCrashed([set, crash(2 * DAY_MS, DAY_MS + 1)])).to.equal(false);
		});

		it("are not the release's when the app ended before it ran", () => {
			expect(hasCrashed([crash(MINUTE_MS, -1_000)])).to.equal(false);
			expect(hasCrashed([set, crash(MINUTE_MS, -1_000)])).to.equal(false);
		});

		it("are iOS's last session's: the release's that was installed in it, or ran when it began", () => {
			const iosCrash = (at: number, sessionAfter: number): Said => ({
				action: "app_crash",
				platform: "ios",
				version_name: "3.4.8",
				at,
				metadata: { session_started_at: String(deviceEvent({ action: "ping" }).occurredAt + sessionAfter) },
			});
			const installedInIt = { ...set, at: HOUR_MS };
			expect(hasCrashed([installedInIt, iosCrash(2 * HOUR_MS, 0)])).to.equal(true);
			expect(hasCrashed([set, iosCrash(2 * HOUR_MS, HOUR_MS)])).to.equal(true);
			const fromTheStore = { action: "app_launch_start", version_name: "3.4.8", at: 2 * HOUR_MS - 1_000 };
			expect(hasCrashed([fromTheStore, iosCrash(2 * HOUR_MS, 0)])).to.equal(false);
		});

		it("are told late by an install that arrives after them", () => {
			expect(hasCrashed([crash(MINUTE_MS, 1_000), { ...set, delay: HOUR_MS }])).to.equal(true);
		});

		it("are an end for lack of memory only before somebody's eyes, and no web view's error", () => {
			expect(hasCrashed([set, crash(MINUTE_MS, 1_000, "app_killed_low_memory", 100)])).to.equal(true);
			expect(hasCrashed([set, crash(MINUTE_MS, 1_000, "app_killed_low_memory", 400)])).to.equal(false);
			expect(hasCrashed([set, { action: "webview_javascript_error", version_name: "3.4.8", at: 1_000 }])).to.equal(
				false,
			);
			expect(hasCrashed([set, { action: "app_launch_timeout", version_name: "3.4.8", at: 1_000 }])).to.equal(false);
		});
	});

	describe("the running version", () => {
		const runs = (version_name: string, at: number): Said => ({ action: "app_moved_to_foreground", version_name, at });
		const running = (said: readonly Said[]) => projectedOneByOne(said).running?.version;

		it("is that of the newest event that names it, whichever arrives last", () => {
			expect(running([{ action: "set", version_name: "3.4.8", at: HOUR_MS }, runs("3.4.7", 0)])).to.equal("3.4.8");
		});

		it("is none after a rollback, until the bundle is told that it fell back to", () => {
			const rolledBack: readonly Said[] = [
				{ action: "set", version_name: "3.4.8" },
				{ action: "update_fail", version_name: "3.4.8", at: 10_000 },
			];
			expect(running(rolledBack)).to.equal(null);
			expect(running([...rolledBack, { action: "set", version_name: "3.4.7", at: 10_001 }])).to.equal("3.4.7");
		});

		it("is not changed by a download, a failure or an event of no version", () => {
			const said = ["download_complete", "checksum_fail", "delete", "set_next"].map((action, index) => ({
				action,
				version_name: "3.4.8",
				at: HOUR_MS + index,
			}));
			expect(running([runs("3.4.7", 0), ...said, { action: "ping", version_name: "unknown", at: DAY_MS }])).to.equal(
				"3.4.7",
			);
		});

		it("is the installed one when a request without a timestamp was overtaken by the set", () => {
			const set: Said = { action: "set", version_name: "3.4.8", replaces: "3.4.7", hasTimestamp: false };
			const late: Said = { ...runs("3.4.7", 5_000), hasTimestamp: false };
			expect(running([set, late])).to.equal("3.4.8");
			expect(running([late, set])).to.equal("3.4.8");
			expect(running([set, { ...late, action: "reset" }])).to.equal("3.4.7");
			expect(running([set, { ...late, at: 61_000 }])).to.equal("3.4.7");
			expect(running([set, { ...late, hasTimestamp: true }])).to.equal("3.4.7");
		});

		it("follows a clock that is ahead no further than the arrival", () => {
			const ahead: Said = { ...runs("3.4.7", HOUR_MS), delay: -HOUR_MS };
			expect(running([ahead, { action: "set", version_name: "3.4.8", at: 1 }])).to.equal("3.4.8");
		});
	});

	describe("what a device tells of itself", () => {
		const told = (fields: DeviceEvent["fields"], at: number): Said => ({ action: "ping", fields, at });

		it("stays as it was where it isn't sent, and is gone where it is sent empty", () => {
			const device = projectedOneByOne([
				told({ custom_id: "ada", channel: "beta" }, 0),
				told({ channel: "production" }, 1),
				told({ custom_id: null }, 2),
			]);
			expect(device.fields).to.deep.equal({ custom_id: null, channel: "production" });
		});

		it("is not turned back by a request that arrives late", () => {
			const device = projectedOneByOne([told({ version_os: "15" }, HOUR_MS), told({ version_os: "14" }, 0)]);
			expect(device.fields).to.deep.equal({ version_os: "15" });
		});
	});

	describe("is worth a write", () => {
		const known = projected([{ action: "set", version_name: "3.4.8", fields: { channel: "beta" } }]).device;
		const isChanged = (said: Said) => projected([{ version_name: "3.4.8", at: MINUTE_MS, ...said }], known).isChanged;

		it("for a new device, a new version, stage or description, or after ten minutes", () => {
			expect(projected([{ action: "ping", version_name: "unknown" }]).isChanged).to.equal(true);
			expect(isChanged({ action: "app_launch_ready" })).to.equal(true);
			expect(isChanged({ action: "set", version_name: "3.4.9" })).to.equal(true);
			expect(isChanged({ action: "get", fields: { channel: "production" } })).to.equal(true);
			expect(isChanged({ action: "noNew", at: 10 * MINUTE_MS })).to.equal(true);
		});

		it("not for another action alone", () => {
			const launched = projected([{ action: "app_launch_ready", version_name: "3.4.8", at: 1 }], known).device;
			const { isChanged } = projected(
				["ping", "app_moved_to_background", "noNew"].map((action) => ({
					action,
					version_name: "3.4.8",
					at: MINUTE_MS,
				})),
				launched,
			);
			expect(isChanged).to.equal(false);
		});

		it("once for the many steps of a download", () => {
			const first = projected([{ action: "download_10", version_name: "3.4.9", at: MINUTE_MS }], known).device;
			const steps = ["download_20", "download_30", "download_90"].map((action, index) => ({
				action,
				version_name: "3.4.9",
				at: 2 * MINUTE_MS + index,
			}));
			expect(projected(steps, first).isChanged).to.equal(false);
		});
	});
});
