import type { Flag } from "../../functions/src/devices/flags.ts";
import type { ACTIONS } from "../../functions/src/events/actions.ts";

/**
 * What each event of the fleet shows of the release that it is about, besides that the device tried it. It is written
 * down here from what happens on a device, apart from the code that counts, so that the two can be compared.
 */
const EVIDENCE = {
	download_0: [],
	download_10: [],
	download_20: [],
	download_30: [],
	download_40: [],
	download_50: [],
	download_60: [],
	download_70: [],
	download_80: [],
	download_90: [],
	download_manifest_start: [],
	download_manifest_complete: [],
	download_zip_start: [],
	// The archive is there, but not verified.
	download_zip_complete: [],
	download_complete: ["downloaded"],
	set_next: ["downloaded"],
	set: ["installed"],
	delete: [],

	download_fail: ["download_failed"],
	download_manifest_file_fail: ["download_failed"],
	insufficient_disk_space: ["download_failed"],

	download_manifest_checksum_fail: ["failed"],
	checksum_fail: ["failed"],
	unzip_fail: ["failed"],
	finish_download_fail: ["failed"],
	set_fail: ["failed"],
	update_fail: ["failed"],

	reset: ["ran"],
	setChannel: [],
	app_moved_to_foreground: ["ran"],
	app_moved_to_background: ["ran"],
	app_launch_start: ["ran"],
	app_launch_ready: ["ran"],
	app_launch_timeout: ["ran"],
	webview_dom_content_loaded: ["ran"],
	webview_page_loaded: ["ran"],
	webview_unclean_restart: ["ran"],
	webview_javascript_error: ["ran"],
	webview_unhandled_rejection: ["ran"],
	app_memory_warning: ["ran"],
	// An exit of an earlier process, which the release is charged with or not.
	app_crash: ["ran"],
	app_crash_native: ["ran"],
	app_anr: ["ran"],
	app_killed_low_memory: ["ran"],
} as const satisfies Partial<Record<keyof typeof ACTIONS, readonly Flag[]>>;

/** An action that a device of the fleet reports. */
export type SimulatedAction = keyof typeof EVIDENCE;

/** What an event shows of the release that it is about. */
export function evidenceOf(action: SimulatedAction): readonly Flag[] {
	return EVIDENCE[action];
}
