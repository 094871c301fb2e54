/**
 * Makes a function that does so many pieces of work at a time. Others wait for their turn, first come first served.
 *
 * The function throws the signal's reason when it is aborted before the turn came, and lets go what the work holds.
 */
export function createLimiter(atATime: number) {
	const waiting = new Set<() => void>();
	let free = atATime;

	async function turn(signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (free > 0) {
			free -= 1;
			return;
		}
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		const onAbort = () => {
			waiting.delete(resolve);
			reject(signal.reason);
		};
		waiting.add(resolve);
		signal.addEventListener("abort", onAbort, { once: true });
		await promise.finally(() => signal.removeEventListener("abort", onAbort));
	}

	return async function limited<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
		await turn(signal);
		try {
			return await work();
		} finally {
			// A turn is handed on, so that nobody who comes now gets in before those who wait.
			const [next] = waiting;
			if (next) {
				waiting.delete(next);
				next();
			} else free += 1;
		}
	};
}
