/** The version of an event that names none. */
export const UNKNOWN_VERSION = "unknown";

/** A bundle's version and, on a failure about one file, that file. */
export type BundleVersion = { readonly version: string; readonly file?: string };

/**
 * Splits what the plugin sends as `version_name`.
 *
 * A failure about one file is sent as `1.2.3:assets/main.js`: the version stands before the first `:`, the file behind
 * it. A missing name, or one without a version before the `:`, means {@link UNKNOWN_VERSION}.
 *
 * Source: `@capgo/capacitor-updater` 8.51.14, `download_manifest_file_fail` and its siblings.
 */
export function parseBundleVersion(versionName: string | undefined): BundleVersion {
	if (versionName === undefined) return { version: UNKNOWN_VERSION };
	const colon = versionName.indexOf(":");
	if (colon === -1) return { version: versionName };
	const version = versionName.slice(0, colon) || UNKNOWN_VERSION;
	const file = versionName.slice(colon + 1);
	return file === "" ? { version } : { version, file };
}
