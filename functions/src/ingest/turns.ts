/** Makes a function that does so many pieces of work at a time. Others wait for their turn, first come first served. */
export function createTurns(atATime: number) {
	const waiting: (() => void)[] = [];
	let free = atATime;

	return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
		if (free > 0) free -= 1;
		else await new Promise<void>((resolve) => waiting.push(resolve));
		try {
			return await work();
		} finally {
			// A turn is handed on, so that nobody who comes now gets in before those who wait.
			const next = waiting.shift();
			if (next) next();
			else free += 1;
		}
	};
}
