/** How work is grouped. */
export type GroupCommitOptions<T> = {
	/** Commits a group as a whole: it either resolves or rejects for every item of it. */
	readonly commit: (items: readonly T[]) => Promise<void>;
	/** Items in one commit at the most. */
	readonly maxItems: number;
	/** Commits in flight at the most. */
	readonly maxInFlight: number;
	/** Milliseconds to gather more items after a commit of several, by the milliseconds that it took. */
	readonly pauseAfter: (durationMs: number) => number;
	/** Milliseconds by a clock that only moves forward. */
	readonly now: () => number;
	/** Resolves after so many milliseconds. */
	readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/**
 * Groups what arrives at the same time into common commits: while as many as allowed are in flight, the next group gathers.
 * A lone item is committed at once; under load, each commit is followed by a pause, so that the next one is larger. The pause
 * ends early when a whole group waits.
 *
 * @returns A function that adds an item and resolves or rejects with the commit that holds it.
 */
export function createGroupCommit<T>(options: GroupCommitOptions<T>): (item: T) => Promise<void> {
	const { commit, maxItems, maxInFlight, pauseAfter, now, sleep } = options;
	type Waiting = { readonly item: T; readonly resolve: () => void; readonly reject: (reason: unknown) => void };
	const waiting: Waiting[] = [];
	let inFlight = 0;
	let endPause = () => {};

	async function commitWaiting(): Promise<void> {
		inFlight += 1;
		// Items that arrive in the same turn of the event loop belong together.
		await new Promise(setImmediate);
		while (waiting.length > 0) {
			const startedAt = now();
			const group = waiting.splice(0, maxItems);
			await commitGroup(group);
			const pause = pauseAfter(now() - startedAt);
			if (group.length > 1 && waiting.length < maxItems && pause > 0) await pauseFor(pause);
		}
		inFlight -= 1;
	}

	function pauseFor(milliseconds: number): Promise<unknown> {
		const { promise: ended, resolve } = Promise.withResolvers<void>();
		endPause = resolve;
		return Promise.race([sleep(milliseconds), ended]);
	}

	async function commitGroup(group: readonly Waiting[]): Promise<void> {
		try {
			await commit(group.map(({ item }) => item));
			for (const { resolve } of group) resolve();
		} catch (error) {
			for (const { reject } of group) reject(error);
		}
	}

	return (item) =>
		new Promise((resolve, reject) => {
			waiting.push({ item, resolve, reject });
			if (waiting.length >= maxItems) endPause();
			if (inFlight < maxInFlight) void commitWaiting();
		});
}
