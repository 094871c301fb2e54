import { createHash } from "node:crypto";
import type { Event } from "./schema.ts";

/**
 * The document id of an event that carries a `timestamp`: the same content has the same id, so an array that the plugin
 * sends again creates nothing twice. 128 bits of SHA-256 in hex; not sequential, so that it makes no hot spot.
 *
 * Events have no id of their own on the wire: two events of one device with the same content in the same millisecond
 * are one event.
 */
export function contentEventId(event: Event): string {
	return createHash("sha256").update(canonicalJson(event)).digest("hex").slice(0, 32);
}

/** JSON with sorted keys, so that the order in which a client writes its fields doesn't matter. */
function canonicalJson(event: Event): string {
	return JSON.stringify(event, (_key, value: unknown) =>
		typeof value === "object" && value !== null && !Array.isArray(value)
			? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
			: value,
	);
}
