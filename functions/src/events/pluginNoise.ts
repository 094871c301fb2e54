import { isWithin, type VersionRange } from "./pluginVersion.ts";
import type { Event } from "./schema.ts";

/**
 * Plugins that send `download_fail` also when the update server answered that there is no update: they take every answer
 * with a `message` for a failure. Before them such an answer sends nothing; after them only a failed answer does, or it
 * is a `backend_refusal`.
 *
 * Source: `endBackGroundTaskWithNotif` in `@capgo/capacitor-updater`, Android and iOS: 5.0.0 and 5.2.35, 5.9.5 and 5.43.3,
 * 6.14.0 and 6.14.26, 7.0.0 and 7.0.50, 7.15.2 and 7.18.0. The patches between them are those at which the vendor's
 * backend stops discarding the action. 7.0.0, 9.0.0 and 10.0.0 are code from before them.
 */
const SEND_NOISE: readonly VersionRange[] = [
	{ from: "5.1.0", below: "5.43.0" },
	{ from: "6.0.0", below: "6.14.25" },
	{ from: "7.0.1", below: "7.17.0" },
];

/** Whether an event says nothing, though it is valid: a `download_fail` of a plugin that sends it without a failure. */
export function isPluginNoise({ action, plugin_version }: Pick<Event, "action" | "plugin_version">): boolean {
	return action === "download_fail" && isWithin(plugin_version, SEND_NOISE);
}
