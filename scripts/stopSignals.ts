import { once } from "node:events";

/**
 * Aborts when the process is asked to end: Ctrl-C, a closed terminal, a termination. Further requests change nothing,
 * so that the clean stop under way is not cut short: Ctrl-C reaches npm as well, which passes it on once more.
 */
export function stopSignals(): AbortSignal {
	const controller = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
		process.on(signal, () => controller.abort());
	}
	return controller.signal;
}

/** Resolves once the signal has aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
	if (!signal.aborted) {
		await once(signal, "abort");
	}
}
