import type { Logs } from "../logs.ts";
import type { SweepResult } from "./sweep.ts";

/** What the handler needs of the world. */
export type SweepContext = {
	readonly sweep: () => Promise<SweepResult>;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	readonly logs: Logs;
};

/** Makes the handler of the schedule: it sweeps, and logs what waited. */
export function createSweepHandler({ sweep, now, logs }: SweepContext) {
	return async (): Promise<void> => {
		const { backlog, isFinished } = await sweep();
		const waiting = [...backlog.values()];
		if (waiting.length === 0) return;
		const events = waiting.reduce((sum, { events }) => sum + events, 0);
		const oldestAt = Math.min(...waiting.map(({ oldestAt }) => oldestAt));
		logs.eventsWaiting(events, Math.round((now() - oldestAt) / 1_000), isFinished);
	};
}
