import { setTimeout } from "node:timers/promises";

/**
 * Reads until what was read is as it should be, or the time is over. Resolves to what was read last, so that the test itself
 * says what is wrong with it.
 */
export async function eventually<T>(
	read: () => Promise<T>,
	isReached: (value: T) => boolean,
	seconds = 45,
): Promise<T> {
	const deadline = performance.now() + seconds * 1_000;
	for (;;) {
		const value = await read();
		if (isReached(value) || performance.now() > deadline) return value;
		await setTimeout(50);
	}
}
