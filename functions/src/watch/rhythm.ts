import { DAY_MS, utcDay } from "../events/eventTime.ts";

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

/** An app is known so many days before its silence says anything. */
const LEAST_DAYS = 3;

/** A silence is unusual when it is so many times as long as the longest pause that is remembered. */
const UNUSUAL_FACTOR = 2;

/** No silence is shorter than this: the schedule looks every few minutes only. */
const LEAST_SILENCE_MS = 30 * 60 * 1_000;

/** The rhythm after new events, of which the newest was counted at `lastEventAt`. */
export function rhythmAfter(known: Rhythm | undefined, lastEventAt: number): Rhythm {
	if (known === undefined) return { lastEventAt, longestPauses: { [utcDay(lastEventAt)]: 0 }, isSilent: false };
	const day = utcDay(lastEventAt);
	const pause = Math.max(0, lastEventAt - known.lastEventAt);
	const oldest = utcDay(lastEventAt - REMEMBERED_DAYS * DAY_MS);
	const remembered = Object.entries(known.longestPauses).filter(([day]) => day >= oldest);
	const longestPauses = { ...Object.fromEntries(remembered), [day]: Math.max(known.longestPauses[day] ?? 0, pause) };
	return { lastEventAt: Math.max(known.lastEventAt, lastEventAt), longestPauses, isSilent: false };
}

/** The moment after which an app that has sent nothing is silent by its own measure; null while too little is known of it. */
export function silentAfter({ lastEventAt, longestPauses }: Rhythm): number | null {
	const pauses = Object.values(longestPauses);
	if (pauses.length < LEAST_DAYS) return null;
	return lastEventAt + Math.max(LEAST_SILENCE_MS, UNUSUAL_FACTOR * Math.max(...pauses));
}
