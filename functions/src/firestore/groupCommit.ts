/** How work is grouped. */
export type GroupCommitOptions<T> = {
	/** Commits a group as a whole: it either resolves or rejects for every item of it. */
	readonly commit: (items: readonly T[]) => Promise<void>;
	/** Items in one commit at the most. */
	readonly maxItems: number;
	/** Commits in flight at the most. */
	readonly maxInFlight: number;
	/** Milliseconds from the start of a commit of several items to the start of the next one. */
	readonly intervalMs: number;
	/** Milliseconds by a clock that only moves forward. */
	readonly now: () => number;
	/** Resolves after so many milliseconds. */
	readonly sleep: (milliseconds: number) => Promise<unknown>;
};

/**
 * Groups what arrives at the same time into common commits: while as many as allowed are in flight, the next group gathers.
 * A lone item is committed at once; under load, the commits of each line start at least `intervalMs` apart, so that they
 * are few and large.
 *
 * @returns A function that adds an item and resolves or rejects with the commit that holds it.
 */
export function createGroupCommit<T>(options: GroupCommitOptions<T>): (item: T) => Promise<void> {
	const { commit, maxItems, maxInFlight, intervalMs, now, sleep } = options;
	type Waiting = { readonly item: T; readonly resolve: () => void; readonly reject: (reason: unknown) => void };
	const waiting: Waiting[] = [];
	let inFlight = 0;

	async function commitWaiting(): Promise<void> {
		inFlight += 1;
		// Items that arrive in the same turn of the event loop belong together.
		await new Promise(setImmediate);
		while (waiting.length > 0) {
			const startedAt = now();
			const group = waiting.splice(0, maxItems);
			await commitGroup(group);
			const rest = startedAt + intervalMs - now();
			if (group.length > 1 && waiting.length < maxItems && rest > 0) await sleep(rest);
		}
		inFlight -= 1;
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
			if (inFlight < maxInFlight) void commitWaiting();
		});
}
