import { actionKind, failureOf } from "./actions.ts";
import { UNKNOWN_VERSION } from "./bundleVersion.ts";
import { isWithin, type VersionRange } from "./pluginVersion.ts";
import type { Event } from "./schema.ts";

/** What says which bundle an event names. */
export type NamingEvent = Pick<Event, "action" | "platform" | "version_name"> & {
	readonly plugin_version?: string | null | undefined;
	readonly timestamp?: number | undefined;
};

/**
 * Which bundle an event names:
 *
 * - `running`: the one that the device runs, after an install the new one. What failed is then another one.
 * - `target`: the one that something was done to, or that failed. It may run too.
 * - `none`: none, or one of which nobody can tell which it is.
 */
export type NamedVersion = "running" | "target" | "none";

/**
 * Plugins whose events all name the running bundle: they pass the other one on to the function that sends, and it
 * doesn't send it.
 *
 * Source: `sendStats` in `@capgo/capacitor-updater`, Android and iOS: 4.9.0 sends it and 4.14.1, 4.17.11, 4.20.0 and
 * 4.61.11 don't; 5.0.0, 5.2.35, 5.3.4, 5.3.57 and 5.6.13 don't and 5.9.0 does; 7.0.0 doesn't and 7.0.50 does. 9.0.0 and
 * 10.0.0 are the same old code.
 */
const NAME_THE_RUNNING_ONE: readonly VersionRange[] = [
	{ from: "4.10.0", below: "5.0.0" },
	{ from: "5.0.0", below: "5.9.0" },
	{ from: "7.0.0", below: "7.0.50" },
	{ from: "9.0.0", below: "9.0.1" },
	{ from: "10.0.0", below: "10.0.1" },
];

/** `@capgo/electron-updater` counts from 0.0.1. Its version tells it, not its platform: some releases say `android`. */
const ELECTRON: readonly VersionRange[] = [{ from: "0.0.0", below: "1.0.0" }];

/**
 * Plugins that send no `timestamp`. The others send one with all that they queue, and none with what Android's download
 * service sends.
 *
 * Source: `@capgo/capacitor-updater` 5.9.5 and 5.43.3, 6.39.0 and 6.42.3, 7.25.0 and 7.42.3, 8.41.12 and 8.42.8.
 */
const SEND_NO_TIMESTAMP: readonly VersionRange[] = [
	{ from: "0.0.0", below: "5.43.0" },
	{ from: "6.0.0", below: "6.42.0" },
	{ from: "7.0.0", below: "7.42.0" },
	{ from: "8.0.0", below: "8.42.0" },
	{ from: "9.0.0", below: "9.0.1" },
	{ from: "10.0.0", below: "10.0.1" },
];

/**
 * Failures with which a platform names the running bundle although another one failed: they are sent without a version,
 * and the plugin puts in the one that runs. Android's and iOS's from 4 to 8.51.23; Electron 0.0.6 has none.
 *
 * - Android's `download_fail` comes from `finishDownload`, `download` and `endBackGroundTaskWithNotif` with the running
 *   one. When the download service fails it comes without a version, as do `low_mem_fail` and `insufficient_disk_space`:
 *   `createFailureResult` hands on none.
 * - iOS names the target in `checksum_fail`, `checksum_required`, `session_key_required` and `decrypt_fail`.
 *
 * Source: the calls of `sendStats` in `CapgoUpdater` and `CapacitorUpdaterPlugin`, `.java` and `.swift`.
 */
const FAILURES_THAT_NAME_THE_RUNNING_ONE: Readonly<Record<"android" | "ios", ReadonlySet<string>>> = {
	android: new Set([
		"download_fail",
		"checksum_fail",
		"checksum_required",
		"session_key_required",
		"unzip_fail",
		"windows_path_fail",
		"canonical_path_fail",
		"directory_path_fail",
	]),
	ios: new Set([
		"download_fail",
		"insufficient_disk_space",
		"unzip_fail",
		"windows_path_fail",
		"canonical_path_fail",
		"directory_path_fail",
	]),
};

/**
 * Android plugins that send these failures from two places, from one with the running bundle's version and from the other
 * with the target's.
 *
 * Source: `CapacitorUpdater.java` of 5.9.5, 6.0.21, 6.3.0 and, which no longer does, 6.14.0, 5.43.3.
 */
const NAME_EITHER_ONE: readonly VersionRange[] = [
	{ from: "5.9.0", below: "5.43.0" },
	{ from: "6.0.0", below: "6.14.0" },
];
const NAMED_EITHER_WAY: ReadonlySet<string> = new Set(["download_fail", "low_mem_fail"]);

/** The refusals that a plugin sends by itself. The others are what a vendor's update server notes. */
const REFUSALS_OF_PLUGINS: ReadonlySet<string> = new Set([
	"backend_refusal",
	"blocked_by_server_url",
	"rate_limit_reached",
]);

/** Which bundle an event names, by what the plugins' code does. Never by what the device is thought to run. */
export function versionNamed(event: NamingEvent): NamedVersion {
	if (event.version_name === UNKNOWN_VERSION) return "none";
	switch (actionKind(event.action)) {
		case "install":
		case "lifecycle":
		case "health":
			return "running";
		case "bundle":
		case "progress":
			return isWithin(event.plugin_version, NAME_THE_RUNNING_ONE) ? "running" : "target";
		case "failure":
			return versionNamedByFailure(event);
		case "refusal":
			return REFUSALS_OF_PLUGINS.has(event.action) ? "running" : "none";
		case "channel":
		case "custom":
			return "none";
	}
}

/** Whether an event tells that an update is under way: it names the bundle that is being downloaded. */
export function opensUpdate(event: NamingEvent): boolean {
	const isProgress = actionKind(event.action) === "progress" && event.action !== "download_complete";
	return isProgress && versionNamed(event) === "target";
}

function versionNamedByFailure(event: NamingEvent): NamedVersion {
	if (failureOf(event.action) === undefined) return "none";
	// It names what runs, and that is what failed.
	if (event.action === "update_fail") return "target";
	if (isWithin(event.plugin_version, ELECTRON)) return "target";
	if (isWithin(event.plugin_version, NAME_THE_RUNNING_ONE)) return "running";
	if (isOfDownloadService(event)) return "target";
	const platform = event.platform === "ios" ? "ios" : "android";
	const isEitherOne = platform === "android" && NAMED_EITHER_WAY.has(event.action);
	if (isEitherOne && isWithin(event.plugin_version, NAME_EITHER_ONE)) return "none";
	return FAILURES_THAT_NAME_THE_RUNNING_ONE[platform].has(event.action) ? "running" : "target";
}

/** What Android's download service sends too since 8.51.23, by itself and without a timestamp: it knows its own bundle only. */
const ALSO_OF_DOWNLOAD_SERVICE: ReadonlySet<string> = new Set(["checksum_required", "session_key_required"]);

/**
 * Whether Android's download service sent an event, and not the plugin, which stamps what it sends.
 *
 * Source: `sendStatsAsync` in `DownloadService.java` of 8.51.23.
 */
function isOfDownloadService({ action, platform, timestamp, plugin_version }: NamingEvent): boolean {
	return (
		ALSO_OF_DOWNLOAD_SERVICE.has(action) &&
		platform !== "ios" &&
		timestamp === undefined &&
		!isWithin(plugin_version, SEND_NO_TIMESTAMP)
	);
}
