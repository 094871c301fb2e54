import { once } from "node:events";

const PARENT_CHECK_MS = 500;

/**
 * Aborts when the process is asked to end: Ctrl-C, a closed terminal, a termination. Further requests change nothing,
 * so that the clean stop under way is not cut short: Ctrl-C reaches npm as well, which passes it on once more.
 */
export function stopSignals(): AbortSignal {
	const controller = new AbortController();
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
		process.on(signal, () => controller.abort());
	}
	if (process.env["npm_lifecycle_event"] !== undefined) onOrphaned(() => controller.abort());
	return controller.signal;
}

/** npm passes a termination on to the shell between it and this process, and that shell dies without passing it on. */
function onOrphaned(listener: () => void): void {
	const parent = process.ppid;
	const check = setInterval(() => {
		if (process.ppid !== parent) {
			clearInterval(check);
			listener();
		}
	}, PARENT_CHECK_MS);
	check.unref();
}

/** Resolves once the signal has aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
	if (!signal.aborted) {
		await once(signal, "abort");
	}
}
