import { utcDay } from "../events/eventTime.ts";
import { DAY_MS } from "../events/time.ts";

/** When an app sends, as far as it is known. Times are milliseconds since the epoch. */
export type Rhythm = {
	readonly lastEventAt: number;
	/** The longest pause between events that ended on each UTC day, in milliseconds. */
	readonly longestPauses: Readonly<Record<string, number>>;
	/** Whether the app was found to be silent, and nothing came since. */
	readonly isSilent: boolean;
};

/** Days that are remembered: two weekends among them. */
const REMEMBERED_DAYS = 14;

/** An app is known so many days before its silence says anything: a weekend among them. */
const LEAST_KNOWN_DAYS = 7;

/** It sent on so many of them. */
const LEAST_ACTIVE_DAYS = 3;

/** A silence is unusual when it is so many times as long as the longest pause that is remembered. */
const UNUSUAL_FACTOR = 2;

/** No silence is shorter than this: the schedule looks every few minutes only. */
const LEAST_SILENCE_MS = 30 * 60 * 1_000;

/**
 * The rhythm after new events, of which the newest was counted at `lastEventAt`.
 *
 * A pause teaches no more than what was already too long: an outage, or a schedule that stood still, doesn't make the app
 * one that is often silent, while one that really sends less often is known as such after a few alerts.
 */
export function rhythmAfter(known: Rhythm | undefined, lastEventAt: number): Rhythm {
	if (known === undefined) return { lastEventAt, longestPauses: { [utcDay(lastEventAt)]: 0 }, isSilent: false };
	const day = utcDay(lastEventAt);
	const longestUsual = (silentAfter(known) ?? Number.POSITIVE_INFINITY) - known.lastEventAt;
	const pause = Math.min(longestUsual, Math.max(0, lastEventAt - known.lastEventAt));
	const oldest = utcDay(lastEventAt - REMEMBERED_DAYS * DAY_MS);
	const remembered = Object.entries(known.longestPauses).filter(([day]) => day >= oldest);
	const longestPauses = { ...Object.fromEntries(remembered), [day]: Math.max(known.longestPauses[day] ?? 0, pause) };
	return { lastEventAt: Math.max(known.lastEventAt, lastEventAt), longestPauses, isSilent: false };
}

/** The moment after which an app that has sent nothing is silent by its own measure; null while too little is known of it. */
export function silentAfter({ lastEventAt, longestPauses }: Rhythm): number | null {
	const days = Object.keys(longestPauses).toSorted();
	const [first] = days;
	if (first === undefined || days.length < LEAST_ACTIVE_DAYS) return null;
	if (lastEventAt - Date.parse(first) < LEAST_KNOWN_DAYS * DAY_MS) return null;
	return lastEventAt + Math.max(LEAST_SILENCE_MS, UNUSUAL_FACTOR * Math.max(...Object.values(longestPauses)));
}
