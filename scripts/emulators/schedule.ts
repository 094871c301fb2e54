import { setTimeout } from "node:timers/promises";
import { hostFunction } from "./hostedFunction.ts";
import type { Suite } from "./suite.ts";

/** Milliseconds between two runs. A deployed schedule runs every five minutes; who tries things out doesn't wait so long. */
export const SCHEDULE_INTERVAL_MS = 60_000;

/** The schedule of a suite. */
export type Schedule = {
	/** Does one run, now. */
	run(): Promise<void>;
	stop(): Promise<void>;
};

/**
 * Runs the function `watch` again and again, as Cloud Scheduler does: the emulators have no schedule.
 *
 * @param onLogLine Gets each line that the function logs.
 */
export async function startSchedule(
	{ projectId, firestoreHost, settings }: Pick<Suite, "projectId" | "firestoreHost" | "settings">,
	onLogLine: (line: string) => void = () => {},
): Promise<Schedule> {
	const hosted = await hostFunction("watch", { projectId, firestoreHost, settings });
	hosted.log.onLine(onLogLine);
	const end = new AbortController();
	const run = async () => {
		const response = await fetch(hosted.url, { method: "POST", signal: end.signal });
		await response.arrayBuffer();
	};
	const runs = runUntil(end.signal, run);
	return {
		run,
		stop: async () => {
			end.abort();
			await runs;
			await hosted.stop();
		},
	};
}

/** A run that fails is logged by the function itself; the next one makes up for it. */
async function runUntil(signal: AbortSignal, run: () => Promise<void>): Promise<void> {
	while (!signal.aborted) {
		await run().catch(() => {});
		await setTimeout(SCHEDULE_INTERVAL_MS, undefined, { signal }).catch(() => {});
	}
}
