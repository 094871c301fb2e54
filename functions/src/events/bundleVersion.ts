import { namesFile } from "./actions.ts";

/** The version of an event that names none. */
export const UNKNOWN_VERSION = "unknown";

/** The version of events whose own is beyond the new ones that an app may have in a day. */
export const OTHER_VERSION = "other";

/** A bundle's version and, on a failure about one file, that file. */
export type BundleVersion = { readonly version: string; readonly file?: string };

/**
 * Reads what the plugin sends as `version_name`.
 *
 * A failure about one file is sent as `1.2.3:assets/main.js`: the version stands before the first `:`, the file behind
 * it. Every other action's `:` belongs to the version. A file without a version before it is one of {@link UNKNOWN_VERSION}.
 *
 * Source: `@capgo/capacitor-updater` 8.51.23, `download_manifest_file_fail` and its siblings.
 */
export function parseBundleVersion(versionName: string, action: string): BundleVersion {
	const colon = namesFile(action) ? versionName.indexOf(":") : -1;
	if (colon === -1) return { version: versionName };
	const version = versionName.slice(0, colon).trim() || UNKNOWN_VERSION;
	const file = versionName.slice(colon + 1);
	return file === "" ? { version } : { version, file };
}
