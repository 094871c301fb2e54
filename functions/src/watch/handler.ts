import type { Logs } from "../logs.ts";
import type { WatchResult } from "./watch.ts";

/** What the handler needs of the world. */
export type WatchContext = {
	readonly watch: () => Promise<WatchResult>;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	readonly logs: Logs;
};

/** Makes the handler of the schedule: it does one run, and logs what waited. */
export function createWatchHandler({ watch, now, logs }: WatchContext) {
	return async (): Promise<void> => {
		const { backlog, isFinished } = await watch();
		const waiting = [...backlog.values()];
		if (waiting.length === 0) return;
		const events = waiting.reduce((sum, { events }) => sum + events, 0);
		const oldestAt = Math.min(...waiting.map(({ oldestAt }) => oldestAt));
		logs.eventsWaiting(events, Math.round((now() - oldestAt) / 1_000), isFinished);
	};
}
