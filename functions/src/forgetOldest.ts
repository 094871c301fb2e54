/**
 * Keeps what an instance remembers at a size. Sets and maps keep their order, so what was put in the longest ago is forgotten.
 *
 * @param most Entries that may stay. Call it after each new one.
 */
export function forgetOldest(remembered: Set<string> | Map<string, unknown>, most: number): void {
	const [oldest] = remembered.keys();
	if (remembered.size > most && oldest !== undefined) remembered.delete(oldest);
}
