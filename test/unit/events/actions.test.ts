import { expect } from "chai";
import {
	ACTION_NAME,
	ACTIONS,
	actionKind,
	countedAction,
	failureOf,
	isKnownAction,
	namesFile,
	UNKNOWN_ACTION,
} from "../../../functions/src/events/actions.ts";

/** Every action that `@capgo/capacitor-updater` 8.51.23, its older majors and the vendor's backend send. */
const SENT = `
	delete reset set get set_fail update_fail download_fail windows_path_fail canonical_path_fail directory_path_fail
	unzip_fail low_mem_fail download_10 download_20 download_30 download_40 download_50 download_60 download_70 download_80
	download_90 download_complete decrypt_fail app_moved_to_foreground app_moved_to_background

	revert ping download_0 download_manifest_start download_manifest_complete download_zip_start download_zip_complete
	download_manifest_file_fail download_manifest_checksum_fail download_manifest_brotli_fail finish_download_fail
	manifest_path_fail checksum_fail checksum_required session_key_required insufficient_disk_space set_next app_launch_start app_launch_ready
	app_launch_timeout app_crash app_crash_native app_anr app_killed_low_memory app_killed_excessive_resource_usage
	app_initialization_failure app_memory_warning webview_javascript_error webview_unhandled_rejection
	webview_resource_error webview_security_policy_violation webview_unclean_restart webview_render_process_gone
	webview_content_process_terminated webview_dom_content_loaded webview_page_loaded app_nav os_version_changed
	native_app_version_changed blocked_by_server_url uninstall needPlanUpgrade missingBundle noNew disablePlatformIos
	disablePlatformAndroid disablePlatformElectron disableAutoUpdateToMajor disableAutoUpdateToMinor
	disableAutoUpdateToPatch disableAutoUpdateMetadata disableAutoUpdateUnderNative disableAutoUpdate disableDevBuild
	disableProdBuild disableEmulator disableDevice cannotUpdateViaPrivateChannel channelMisconfigured cannotGetBundle
	NoChannelOrOverride setChannel getChannel rateLimited rate_limit_reached keyMismatch InvalidIp backend_refusal
	customIdBlocked`
	.trim()
	.split(/\s+/);

describe("The action catalogue", () => {
	it("holds every action that is sent, and no other", () => {
		expect(Object.keys(ACTIONS)).to.have.members(SENT);
	});

	it("holds no name that Firestore would read as a path", () => {
		for (const action of Object.keys(ACTIONS)) expect(action).to.match(ACTION_NAME);
	});

	it("calls what ends in _fail a failure", () => {
		const failures = Object.entries(ACTIONS).filter(([action]) => action.endsWith("_fail"));
		expect(failures.map(([, { kind }]) => kind)).to.deep.equal(failures.map(() => "failure"));
	});

	it("takes an operator's own action for a failure when its name says so", () => {
		expect(actionKind("custom_fail")).to.equal("failure");
		expect(actionKind("app_rated")).to.equal("custom");
		expect(actionKind("constructor")).to.equal("custom");
	});

	it("knows the operator's own actions, and nothing else besides its own", () => {
		expect(isKnownAction("set", new Set())).to.equal(true);
		expect(isKnownAction("app_rated", new Set(["app_rated"]))).to.equal(true);
		expect(isKnownAction("app_rated", new Set())).to.equal(false);
		expect(isKnownAction("constructor", new Set())).to.equal(false);
	});

	it("counts what nobody knows in one place, and everything else under its name", () => {
		expect(countedAction("set", new Set())).to.equal("set");
		expect(countedAction("app_rated", new Set(["app_rated"]))).to.equal("app_rated");
		for (const action of ["app_rated", "toString", UNKNOWN_ACTION]) {
			expect(countedAction(action, new Set())).to.equal(UNKNOWN_ACTION);
		}
		expect(UNKNOWN_ACTION).to.match(ACTION_NAME);
		expect(Object.keys(ACTIONS)).not.to.include(UNKNOWN_ACTION);
	});

	it("says of every failure what failed, and of nothing else", () => {
		const failures = Object.entries(ACTIONS).filter(([, { kind }]) => kind === "failure");
		const told = Object.keys(ACTIONS).filter((action) => failureOf(action) !== undefined);
		expect(told).to.have.members(failures.map(([action]) => action));
		const downloads = told.filter((action) => failureOf(action) === "download");
		expect(downloads).to.have.members([
			"download_fail",
			"download_manifest_file_fail",
			"low_mem_fail",
			"insufficient_disk_space",
		]);
		expect(failureOf("custom_fail"), "an unknown failure judges no release").to.equal(undefined);
		expect(failureOf("constructor")).to.equal(undefined);
	});

	it("knows which failures are about a file", () => {
		expect(Object.keys(ACTIONS).filter(namesFile)).to.have.members([
			"download_manifest_file_fail",
			"download_manifest_checksum_fail",
			"download_manifest_brotli_fail",
			"manifest_path_fail",
		]);
	});

	for (const name of ["__proto__", "1st", "a.b", "a/b", "a b", "", "é", "a-b", "`", `a${"b".repeat(64)}`]) {
		it(`would not take ${JSON.stringify(name)} for an action's name`, () => {
			expect(ACTION_NAME.test(name)).to.equal(false);
		});
	}
});
