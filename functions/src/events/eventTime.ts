import { DAY_MS, HOUR_MS } from "./time.ts";

/** A client's clock may be this far ahead of the server's before its `timestamp` is disbelieved, in milliseconds. */
export const MAX_CLOCK_LEAD_MS = HOUR_MS;

/** The plugin keeps unsent events on disk. A `timestamp` older than this, in milliseconds, is a wrong clock, not a late event. */
export const MAX_EVENT_AGE_MS = 30 * DAY_MS;

/** Triggers are delivered for up to 24 hours, so an event lives at least this long after its arrival, whatever its age. */
const MIN_LIFE_MS = 2 * DAY_MS;

/**
 * When an event happened: its `timestamp` where that is plausible, else its arrival. Events come late (the plugin keeps
 * what it could not send), but none comes from the future, and a clock that is years off is a wrong clock.
 *
 * @param timestamp Milliseconds since the epoch by the device's clock; absent for older plugins.
 * @param receivedAt Milliseconds since the epoch by the server's clock.
 */
export function occurredAt(timestamp: number | undefined, receivedAt: number): number {
	if (timestamp === undefined) return receivedAt;
	const isPlausible = timestamp <= receivedAt + MAX_CLOCK_LEAD_MS && timestamp >= receivedAt - MAX_EVENT_AGE_MS;
	return isPlausible ? timestamp : receivedAt;
}

/**
 * When an event may be deleted, or null to keep it. A day's events expire after the whole day left the retention, so
 * that the counters of each day within it can be rebuilt.
 *
 * @param retentionDays Days to keep an event after it happened; 0 keeps it.
 */
export function expiresAt(occurredAtMs: number, receivedAtMs: number, retentionDays: number): number | null {
	if (retentionDays === 0) return null;
	return Math.max(occurredAtMs + (retentionDays + 1) * DAY_MS, receivedAtMs + MIN_LIFE_MS);
}

/** The UTC day of a moment, `YYYY-MM-DD`: the id of a day's counters. */
export function utcDay(milliseconds: number): string {
	return new Date(milliseconds).toISOString().slice(0, 10);
}

/** The hour of a moment within its UTC day, `00` to `23`. */
export function utcHour(milliseconds: number): string {
	return new Date(milliseconds).toISOString().slice(11, 13);
}
