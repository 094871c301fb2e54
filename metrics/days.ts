import { utcDay } from "../functions/src/events/eventTime.ts";
import { DAY_MS } from "../functions/src/events/time.ts";

/** The UTC day that lies so many days before a moment, `YYYY-MM-DD`. */
export function dayBefore(now: number, days: number): string {
	return utcDay(now - days * DAY_MS);
}

/** The last days, today included, oldest first. */
export function lastDays(now: number, count: number): string[] {
	return Array.from({ length: count }, (_, index) => dayBefore(now, count - 1 - index));
}

/** Every UTC day from one to another, both included, oldest first. None when they are the wrong way round. */
export function daysBetween(from: string, to: string): string[] {
	const first = startOfDay(from);
	const count = Math.max(0, Math.round((startOfDay(to) - first) / DAY_MS) + 1);
	return Array.from({ length: count }, (_, index) => utcDay(first + index * DAY_MS));
}

/** When a UTC day begins, in milliseconds since the epoch. */
export function startOfDay(day: string): number {
	return Date.parse(`${day}T00:00:00Z`);
}

/** When a UTC day ends, in milliseconds since the epoch: the last one that belongs to it. */
export function endOfDay(day: string): number {
	return startOfDay(day) + DAY_MS - 1;
}
