import { hash } from "node:crypto";
import type { Event } from "./schema.ts";

/**
 * The document id of an event that carries a `timestamp`: the same content has the same id, so an array that the plugin
 * sends again creates nothing twice. 128 bits of SHA-256 in hex; not sequential, so that it makes no hot spot.
 *
 * Events have no id of their own on the wire: two events of one device with the same content in the same millisecond
 * are one event.
 */
export function contentEventId(event: Event): string {
	return hash("sha256", canonicalJson(event), "hex").slice(0, 32);
}

/** JSON with sorted fields, so that the order in which a client writes them doesn't matter. */
function canonicalJson({ metadata, ...event }: Event): string {
	return JSON.stringify([sortedFields(event), metadata && sortedFields(metadata)]);
}

function sortedFields(fields: object): readonly (readonly [string, unknown])[] {
	return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
}
