const integers = new Intl.NumberFormat("en");
const compactIntegers = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const relativeTimes = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const dateTimes = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const clockTimes = new Intl.DateTimeFormat("en", {
	hour: "2-digit",
	minute: "2-digit",
	second: "2-digit",
	hourCycle: "h23",
});
const days = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });
const longDays = new Intl.DateTimeFormat("en", { dateStyle: "full" });

const STEPS = [
	{ unit: "second", seconds: 60 },
	{ unit: "minute", seconds: 60 },
	{ unit: "hour", seconds: 24 },
	{ unit: "day", seconds: 30 },
	{ unit: "month", seconds: 12 },
] as const;

/** `12,345` */
export function formatCount(count: number): string {
	return integers.format(count);
}

/** `1 event`, `20,000 events`. The plural must be a regular one. */
export function quantity(count: number, plural: string): string {
	return `${formatCount(count)} ${count === 1 ? plural.replace(/s$/, "") : plural}`;
}

/** `1 device`, `12,345 devices` */
export function formatDevices(count: number): string {
	return quantity(count, "devices");
}

/** `12.3K`, for narrow places. */
export function formatShortCount(count: number): string {
	return count < 10_000 ? formatCount(count) : compactIntegers.format(count);
}

/** `3 minutes ago`. Clocks that differ don't make it say that something will happen. */
export function formatAgo(at: number, now: number): string {
	const seconds = Math.max(0, Math.round((now - at) / 1_000));
	if (seconds < 5) return "just now";
	let value = seconds;
	for (const { unit, seconds: size } of STEPS) {
		if (value < size) return relativeTimes.format(-value, unit);
		value = Math.floor(value / size);
	}
	return relativeTimes.format(-value, "year");
}

/** A moment in the reader's own time zone. */
export function formatMoment(at: number): string {
	return dateTimes.format(at);
}

/** A moment's time of day in the reader's own time zone. */
export function formatClock(at: number): string {
	return clockTimes.format(at);
}

/** A moment's day in the reader's own time zone. */
export function formatLongDay(at: number): string {
	return longDays.format(at);
}

/** `Nov 25` of a UTC day. */
export function formatDay(day: string): string {
	return days.format(Date.parse(`${day}T00:00:00Z`));
}
