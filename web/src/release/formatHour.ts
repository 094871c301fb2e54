const hours = new Intl.DateTimeFormat("en", {
	month: "short",
	day: "numeric",
	hour: "2-digit",
	minute: "2-digit",
	hourCycle: "h23",
	timeZone: "UTC",
});

/** `Nov 25, 14:00 UTC` of a moment in milliseconds since the epoch. */
export function formatHour(at: number): string {
	return `${hours.format(at)} UTC`;
}

/** `14:00` of a moment, by UTC; at midnight with the day. */
export function formatHourTick(at: number): string {
	const text = hours.format(at);
	return text.endsWith("00:00") ? text.replace(", 00:00", "") : text.slice(-5);
}
