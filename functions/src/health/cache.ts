import { forgetOldest } from "../forgetOldest.ts";

/** How long and how much a cache remembers. */
export type CacheOptions = {
	readonly maxAgeMs: number;
	/** Beyond so many entries the oldest one is forgotten. */
	readonly maxEntries: number;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
};

/**
 * Makes an empty cache: a function that reads what a key stands for, once for all who ask at the same time and for a while
 * after it. What could not be read is not remembered.
 */
export function createCache<T>({ maxAgeMs, maxEntries, now }: CacheOptions) {
	const entries = new Map<string, { readonly value: Promise<T>; readonly until: number }>();

	return (key: string, read: () => Promise<T>): Promise<T> => {
		const known = entries.get(key);
		if (known !== undefined && known.until > now()) return known.value;
		const entry = { value: read(), until: now() + maxAgeMs };
		entries.delete(key);
		entries.set(key, entry);
		forgetOldest(entries, maxEntries);
		entry.value.catch(() => {
			if (entries.get(key) === entry) entries.delete(key);
		});
		return entry.value;
	};
}
