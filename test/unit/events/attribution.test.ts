import { expect } from "chai";
import { ACTIONS, actionKind } from "../../../functions/src/events/actions.ts";
import {
	type NamedVersion,
	type NamingEvent,
	opensUpdate,
	versionNamed,
} from "../../../functions/src/events/attribution.ts";

const TIMESTAMP = 1_795_409_300_123;

function event(fields: Partial<NamingEvent>): NamingEvent {
	return {
		action: "set",
		platform: "android",
		plugin_version: "8.51.23",
		version_name: "1.0.0",
		timestamp: TIMESTAMP,
		...fields,
	};
}

/** A version that was read, and its timestamp where that version sends one with what it queues. */
const stamped = (plugin_version: string) => ({ plugin_version, timestamp: TIMESTAMP });
const unstamped = (plugin_version: string) => ({ plugin_version, timestamp: undefined });

/** Versions that send the name of the bundle that something happened to, wherever they have it. */
const NAMING = [
	...[
		"5.9.0",
		"5.9.5",
		"6.0.21",
		"6.3.0",
		"6.14.0",
		"6.14.26",
		"6.39.0",
		"7.0.50",
		"7.6.0",
		"7.22.0",
		"7.25.0",
		"8.4.2",
		"8.41.12",
	].map(unstamped),
	...[
		"5.43.3",
		"5.50.2",
		"6.42.3",
		"6.51.16",
		"7.42.3",
		"7.51.21",
		"8.42.8",
		"8.51.3",
		"8.51.23",
		"11.0.0",
		"unknown",
	].map(stamped),
];

/** Versions whose events all name the bundle that runs. */
const NAMING_NOTHING_ELSE = [
	"4.14.1",
	"4.17.11",
	"4.20.0",
	"4.61.11",
	"5.0.0",
	"5.2.35",
	"5.3.4",
	"5.3.57",
	"5.6.13",
	"7.0.0",
	"9.0.0",
	"10.0.0",
].map(unstamped);

describe("versionNamed", () => {
	const android: Readonly<Record<string, NamedVersion>> = {
		checksum_fail: "running",
		checksum_required: "running",
		session_key_required: "running",
		unzip_fail: "running",
		windows_path_fail: "running",
		canonical_path_fail: "running",
		directory_path_fail: "running",
		finish_download_fail: "target",
		decrypt_fail: "target",
		insufficient_disk_space: "target",
		download_manifest_file_fail: "target",
		download_manifest_checksum_fail: "target",
		download_manifest_brotli_fail: "target",
		manifest_path_fail: "target",
		set_fail: "target",
		update_fail: "target",
	};
	const ios: typeof android = {
		download_fail: "running",
		insufficient_disk_space: "running",
		unzip_fail: "running",
		windows_path_fail: "running",
		canonical_path_fail: "running",
		directory_path_fail: "running",
		checksum_fail: "target",
		checksum_required: "target",
		session_key_required: "target",
		decrypt_fail: "target",
		low_mem_fail: "target",
		finish_download_fail: "target",
		download_manifest_file_fail: "target",
		download_manifest_checksum_fail: "target",
		download_manifest_brotli_fail: "target",
		manifest_path_fail: "target",
		set_fail: "target",
		update_fail: "target",
	};

	for (const [platform, failures] of Object.entries({ android, ios })) {
		for (const [action, expected] of Object.entries(failures)) {
			it(`of ${action} is the ${expected} one on ${platform}`, () => {
				for (const plugin of NAMING) {
					expect(versionNamed(event({ platform, action, ...plugin })), plugin.plugin_version).to.equal(expected);
				}
			});
		}
	}

	it("of Android's download_fail and low_mem_fail can't be told below 5.43 and 6.14, and is the running one from then on", () => {
		for (const plugin of ["5.9.0", "5.9.5", "6.0.21", "6.3.0"].map(unstamped)) {
			expect(versionNamed(event({ action: "download_fail", ...plugin }))).to.equal("none");
			expect(versionNamed(event({ action: "low_mem_fail", ...plugin }))).to.equal("none");
		}
		for (const plugin of [
			...["6.14.0", "7.0.50", "7.25.0", "8.4.2"].map(unstamped),
			...["5.43.3", "8.51.23"].map(stamped),
		]) {
			expect(versionNamed(event({ action: "download_fail", ...plugin }))).to.equal("running");
		}
	});

	it("of what Android's download service sends by itself is the target, in plugins that give the rest a timestamp", () => {
		for (const action of ["checksum_required", "session_key_required"]) {
			expect(versionNamed(event({ action, ...unstamped("8.51.23") }))).to.equal("target");
			expect(versionNamed(event({ action, ...unstamped("unknown") }))).to.equal("target");
			expect(versionNamed(event({ action, ...unstamped("8.41.12") }))).to.equal("running");
		}
	});

	it("is the running one with everything that plugins send which name nothing else", () => {
		for (const plugin of NAMING_NOTHING_ELSE) {
			for (const platform of ["android", "ios"]) {
				const named = (action: string) => versionNamed(event({ action, platform, ...plugin }));
				const actions = [
					"set",
					"set_fail",
					"delete",
					"download_10",
					"download_complete",
					"checksum_fail",
					"decrypt_fail",
					"download_fail",
				];
				for (const action of actions) expect(named(action), `${plugin.plugin_version} ${action}`).to.equal("running");
				expect(named("update_fail"), "what runs is what failed").to.equal("target");
			}
		}
	});

	it("of a failure is the target below 4.10, but for a download's", () => {
		expect(versionNamed(event({ action: "set_fail", ...unstamped("4.6.2") }))).to.equal("target");
		expect(versionNamed(event({ action: "delete", ...unstamped("4.9.0") }))).to.equal("target");
		expect(versionNamed(event({ action: "download_fail", ...unstamped("4.6.2") }))).to.equal("running");
	});

	it("of the Electron plugin's failures is the target, whatever platform it calls itself", () => {
		for (const platform of ["electron", "android"]) {
			for (const action of ["download_fail", "set_fail"]) {
				expect(versionNamed(event({ action, platform, ...unstamped("0.0.1") }))).to.equal("target");
			}
		}
	});

	it("is the running one with installs and with all that the app goes through", () => {
		const actions = Object.keys(ACTIONS).filter((action) =>
			["install", "lifecycle", "health"].includes(actionKind(action)),
		);
		for (const action of actions) expect(versionNamed(event({ action })), action).to.equal("running");
	});

	it("is the running one with refusals that a plugin sends, and none with those that it doesn't", () => {
		for (const action of ["backend_refusal", "blocked_by_server_url", "rate_limit_reached"]) {
			expect(versionNamed(event({ action }))).to.equal("running");
		}
		for (const action of ["noNew", "needPlanUpgrade", "setChannel"])
			expect(versionNamed(event({ action }))).to.equal("none");
	});

	it("is none where nobody knows the action, and where no version is sent", () => {
		for (const action of ["app_rated", "new_fail"]) expect(versionNamed(event({ action }))).to.equal("none");
		for (const action of Object.keys(ACTIONS)) {
			expect(versionNamed(event({ action, version_name: "unknown" })), action).to.equal("none");
		}
	});

	it("takes a plugin that doesn't tell its version for a new one", () => {
		for (const plugin_version of [undefined, null, "", "unknown"]) {
			expect(versionNamed(event({ action: "download_10", plugin_version }))).to.equal("target");
			expect(versionNamed(event({ action: "checksum_fail", plugin_version }))).to.equal("running");
		}
	});
});

describe("opensUpdate", () => {
	it("is what every step of a download tells but its end, where it names the bundle that is on its way", () => {
		const steps = Object.keys(ACTIONS).filter((action) => opensUpdate(event({ action })));
		const progress = Object.keys(ACTIONS).filter((action) => actionKind(action) === "progress");
		expect(steps).to.have.members(progress.filter((action) => action !== "download_complete"));
		expect(opensUpdate(event({ action: "download_10", ...unstamped("5.3.57") }))).to.equal(false);
		expect(opensUpdate(event({ action: "download_10", version_name: "unknown" }))).to.equal(false);
	});
});
