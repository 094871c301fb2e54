import type { Timestamp } from "@google-cloud/firestore";

/**
 * A document's fields as a plain object, so that a test can compare it whole.
 *
 * @param tellTime How a time is told: by default as an ISO 8601 text.
 */
export function plain(value: unknown, tellTime = (time: Timestamp) => time.toDate().toISOString()): unknown {
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map((item) => plain(item, tellTime));
	if ("nanoseconds" in value && typeof value.nanoseconds === "number") return tellTime(value as Timestamp);
	return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field, tellTime)]));
}
