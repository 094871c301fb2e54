/**
 * What an action tells, and what that does to its device. Most code decides by kind. Some asks for names, and is to be looked
 * at when an action is added: `attribution.ts`, `crashes.ts` and `pluginNoise.ts` here, `../devices/effect.ts` and
 * `../counters/storedEvent.ts`.
 *
 * - `install`: the device now runs the bundle that the event names. `set` has installed it; others went back to it.
 * - `bundle`: something was done to a bundle that the device does not necessarily run. `get` says that it is on its way,
 *   `set_next` that it arrived, others nothing.
 * - `progress`: a step of a download. It opens an update; `download_complete` says that the bundle arrived. Where a device or
 *   an app sends too much, it is dropped first (`../ingest/dropOrder.ts`).
 * - `failure`: a bundle could not be downloaded, stored, decrypted, installed or started. Which one: `attribution.ts`. It
 *   failed on the device; with `update_fail` after it was installed. One that the catalogue doesn't know does nothing.
 * - `lifecycle`: the app or the device changed state. The device runs the bundle that is named.
 * - `health`: the running app crashed, hung, or its web view reported an error. The device runs the bundle that is named,
 *   and crashed with it where `crashes.ts` says so.
 * - `refusal`: the update server answered, and there was nothing to install. It does nothing.
 * - `channel`: the device read or changed its channel. It does nothing.
 * - `custom`: an operator's own action, named by the `EXTRA_ACTIONS` setting. It does nothing.
 */
export type ActionKind =
	| "install"
	| "bundle"
	| "progress"
	| "failure"
	| "lifecycle"
	| "health"
	| "refusal"
	| "channel"
	| "custom";

/**
 * What failed: the `download` of a bundle, so that it didn't arrive; or the `update` to it, so that it could not be
 * verified, decrypted, unpacked, stored, installed or started.
 */
export type Failure = "download" | "update";

/**
 * One action of the catalogue. `meaning` completes the sentence "the device reports that …".
 *
 * - `failure`: what failed, on every failure and on nothing else.
 * - `namesFile`: it is about one file of the bundle, which stands behind the version: `1.2.3:assets/main.js`.
 * - `isCrash`: the app's process ended by a fault of its own.
 */
export type Action = {
	readonly kind: ActionKind;
	readonly meaning: string;
	readonly failure?: Failure;
	readonly namesFile?: true;
	readonly isCrash?: true;
};

/**
 * Every action that the plugin and its vendor's backend are known to send.
 *
 * Source: `@capgo/capacitor-updater` 4 to 8.51.23 and `@capgo/electron-updater` 0.0.6. A release may add more: an unknown
 * one is stored all the same and counted as {@link UNKNOWN_ACTION}, until a line is added here or the `EXTRA_ACTIONS`
 * setting names it.
 */
export const ACTIONS = {
	set: { kind: "install", meaning: "it installed the bundle and runs it" },
	reset: {
		kind: "install",
		meaning: "it went back to the bundle that was shipped in the app, or to the last good one",
	},
	revert: { kind: "install", meaning: "it rolled back to the bundle named" },

	get: { kind: "bundle", meaning: "it asked for a bundle" },
	set_next: { kind: "bundle", meaning: "the bundle will be installed at the next start" },
	delete: { kind: "bundle", meaning: "it deleted the bundle from its storage" },
	uninstall: { kind: "bundle", meaning: "the bundle was replaced by another one" },

	download_0: { kind: "progress", meaning: "a download started" },
	download_10: { kind: "progress", meaning: "10 % of a download arrived" },
	download_20: { kind: "progress", meaning: "20 % of a download arrived" },
	download_30: { kind: "progress", meaning: "30 % of a download arrived" },
	download_40: { kind: "progress", meaning: "40 % of a download arrived" },
	download_50: { kind: "progress", meaning: "50 % of a download arrived" },
	download_60: { kind: "progress", meaning: "60 % of a download arrived" },
	download_70: { kind: "progress", meaning: "70 % of a download arrived" },
	download_80: { kind: "progress", meaning: "80 % of a download arrived" },
	download_90: { kind: "progress", meaning: "90 % of a download arrived" },
	download_complete: { kind: "progress", meaning: "a download is complete" },
	download_manifest_start: { kind: "progress", meaning: "a download of single files started" },
	download_manifest_complete: { kind: "progress", meaning: "a download of single files is complete" },
	download_zip_start: { kind: "progress", meaning: "a download of one archive started" },
	download_zip_complete: { kind: "progress", meaning: "a download of one archive is complete" },

	set_fail: { kind: "failure", failure: "update", meaning: "the bundle could not be installed" },
	update_fail: {
		kind: "failure",
		failure: "update",
		meaning: "the bundle was installed but its app never reported that it is ready",
	},
	download_fail: { kind: "failure", failure: "download", meaning: "the bundle could not be downloaded" },
	download_manifest_file_fail: {
		kind: "failure",
		failure: "download",
		namesFile: true,
		meaning: "one file of the bundle could not be downloaded",
	},
	download_manifest_checksum_fail: {
		kind: "failure",
		failure: "update",
		namesFile: true,
		meaning: "one file of the bundle arrived with a wrong checksum",
	},
	download_manifest_brotli_fail: {
		kind: "failure",
		failure: "update",
		namesFile: true,
		meaning: "one file of the bundle could not be decompressed",
	},
	finish_download_fail: { kind: "failure", failure: "update", meaning: "a complete download could not be stored" },
	decrypt_fail: { kind: "failure", failure: "update", meaning: "the bundle could not be decrypted" },
	checksum_fail: { kind: "failure", failure: "update", meaning: "the bundle's checksum is wrong" },
	checksum_required: {
		kind: "failure",
		failure: "update",
		meaning: "the bundle came without the checksum that it must have",
	},
	session_key_required: {
		kind: "failure",
		failure: "update",
		meaning: "the bundle came without the session key that decrypts it",
	},
	unzip_fail: { kind: "failure", failure: "update", meaning: "the bundle's archive could not be unpacked" },
	low_mem_fail: { kind: "failure", failure: "download", meaning: "memory was too low to download the bundle" },
	insufficient_disk_space: {
		kind: "failure",
		failure: "download",
		meaning: "storage was too full to download the bundle",
	},
	windows_path_fail: { kind: "failure", failure: "update", meaning: "the bundle's archive holds a Windows path" },
	canonical_path_fail: {
		kind: "failure",
		failure: "update",
		meaning: "the bundle's archive holds a path that leaves its folder",
	},
	directory_path_fail: {
		kind: "failure",
		failure: "update",
		meaning: "the bundle's archive holds a folder path that is not allowed",
	},
	manifest_path_fail: {
		kind: "failure",
		failure: "update",
		namesFile: true,
		meaning: "the bundle's manifest holds a path that is not allowed",
	},

	ping: { kind: "lifecycle", meaning: "the app is alive" },
	app_moved_to_foreground: { kind: "lifecycle", meaning: "the app came to the foreground" },
	app_moved_to_background: { kind: "lifecycle", meaning: "the app went to the background" },
	app_launch_start: { kind: "lifecycle", meaning: "the app is starting" },
	app_launch_ready: { kind: "lifecycle", meaning: "the app started and is ready" },
	webview_dom_content_loaded: { kind: "lifecycle", meaning: "the web view parsed its page" },
	webview_page_loaded: { kind: "lifecycle", meaning: "the web view loaded its page" },
	app_nav: { kind: "lifecycle", meaning: "the app showed another page" },
	os_version_changed: { kind: "lifecycle", meaning: "the operating system was updated" },
	native_app_version_changed: { kind: "lifecycle", meaning: "the native app was updated" },

	app_launch_timeout: { kind: "health", meaning: "the app did not become ready in time" },
	app_crash: { kind: "health", isCrash: true, meaning: "the app crashed" },
	app_crash_native: { kind: "health", isCrash: true, meaning: "the app's native code crashed" },
	app_anr: { kind: "health", isCrash: true, meaning: "the app stopped responding" },
	app_killed_low_memory: { kind: "health", meaning: "the system ended the app because memory was low" },
	app_killed_excessive_resource_usage: { kind: "health", meaning: "the system ended the app because it used too much" },
	app_initialization_failure: { kind: "health", meaning: "the app could not initialize" },
	app_memory_warning: { kind: "health", meaning: "the system warned the app that memory is low" },
	webview_javascript_error: { kind: "health", meaning: "a JavaScript error was not caught" },
	webview_unhandled_rejection: { kind: "health", meaning: "a rejected promise was not handled" },
	webview_resource_error: { kind: "health", meaning: "the page could not load a resource" },
	webview_security_policy_violation: { kind: "health", meaning: "the page violated its content security policy" },
	webview_unclean_restart: { kind: "health", meaning: "the web view restarted after an unclean end" },
	webview_render_process_gone: { kind: "health", meaning: "the web view's render process ended (Android)" },
	webview_content_process_terminated: { kind: "health", meaning: "the web view's content process ended (iOS)" },

	noNew: { kind: "refusal", meaning: "it runs the newest bundle already" },
	missingBundle: { kind: "refusal", meaning: "the server does not hold the bundle" },
	cannotGetBundle: { kind: "refusal", meaning: "the server could not read the bundle" },
	blocked_by_server_url: { kind: "refusal", meaning: "the app pins another server URL, so updates are blocked" },
	backend_refusal: { kind: "refusal", meaning: "the server refused the update" },
	disableAutoUpdate: { kind: "refusal", meaning: "automatic updates are off" },
	disableAutoUpdateToMajor: { kind: "refusal", meaning: "automatic updates to another major version are off" },
	disableAutoUpdateToMinor: { kind: "refusal", meaning: "automatic updates to another minor version are off" },
	disableAutoUpdateToPatch: { kind: "refusal", meaning: "automatic updates to another patch version are off" },
	disableAutoUpdateMetadata: { kind: "refusal", meaning: "the bundle asks for another native version" },
	disableAutoUpdateUnderNative: { kind: "refusal", meaning: "the bundle is older than the native app" },
	disableDevBuild: { kind: "refusal", meaning: "development builds get no updates" },
	disableProdBuild: { kind: "refusal", meaning: "production builds get no updates" },
	disableEmulator: { kind: "refusal", meaning: "emulators get no updates" },
	disableDevice: { kind: "refusal", meaning: "physical devices get no updates" },
	disablePlatformIos: { kind: "refusal", meaning: "iOS gets no updates" },
	disablePlatformAndroid: { kind: "refusal", meaning: "Android gets no updates" },
	disablePlatformElectron: { kind: "refusal", meaning: "Electron gets no updates" },
	needPlanUpgrade: { kind: "refusal", meaning: "the vendor's plan is used up" },
	rateLimited: { kind: "refusal", meaning: "it asked too often" },
	rate_limit_reached: { kind: "refusal", meaning: "it asked too often and stopped asking" },
	keyMismatch: { kind: "refusal", meaning: "the bundle was encrypted for another key" },
	InvalidIp: { kind: "refusal", meaning: "its network address is not allowed" },
	customIdBlocked: { kind: "refusal", meaning: "its custom id may not be set by the device" },

	setChannel: { kind: "channel", meaning: "it moved to another channel" },
	getChannel: { kind: "channel", meaning: "it asked which channel it is on" },
	NoChannelOrOverride: { kind: "channel", meaning: "it has no channel and no override" },
	cannotUpdateViaPrivateChannel: { kind: "channel", meaning: "its channel is private" },
	channelMisconfigured: { kind: "channel", meaning: "its channel is misconfigured" },
} as const satisfies Record<string, Action>;

/**
 * The shape of an action's name. An accepted action becomes a field name of the counter documents (`actions.set`), so a
 * name holds nothing that Firestore reads as a path and can never be `__proto__` or another reserved name.
 */
export const ACTION_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/**
 * Where events of actions that nobody knows are counted, each app's in one place however many names a client makes up.
 * An action of this name is one of them.
 */
export const UNKNOWN_ACTION = "unknown_action";

const catalogue: ReadonlyMap<string, Action> = new Map(Object.entries(ACTIONS));

/** The kind of an action. One that the catalogue does not know is a failure when its name says so, else `custom`. */
export function actionKind(action: string): ActionKind {
	const known = catalogue.get(action);
	if (known) return known.kind;
	return action.endsWith("_fail") ? "failure" : "custom";
}

/** Whether actions of a kind tell of trouble: a failure, or the state of health of the app that runs. */
export function isTrouble(kind: ActionKind): boolean {
	return kind === "failure" || kind === "health";
}

/** What an action says failed; undefined where it is no failure, or one that the catalogue does not know. */
export function failureOf(action: string): Failure | undefined {
	return catalogue.get(action)?.failure;
}

/** Whether a file may stand behind the version that events of this action name. */
export function namesFile(action: string): boolean {
	return catalogue.get(action)?.namesFile ?? false;
}

/** Whether the action says by its name alone that the app crashed or hung. */
export function namesCrash(action: string): boolean {
	return catalogue.get(action)?.isCrash ?? false;
}

/** Whether the action is in the catalogue or among the operator's own. */
export function isKnownAction(action: string, extraActions: ReadonlySet<string>): boolean {
	return catalogue.has(action) || extraActions.has(action);
}

/** The name under which an action is counted: its own, or {@link UNKNOWN_ACTION}. */
export function countedAction(action: string, extraActions: ReadonlySet<string>): string {
	return isKnownAction(action, extraActions) ? action : UNKNOWN_ACTION;
}
