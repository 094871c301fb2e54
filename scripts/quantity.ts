/** `1 device`, `20,000 devices`: for people. The plural must be a regular one. */
export function quantity(count: number, plural: string): string {
	return `${count.toLocaleString("en")} ${count === 1 ? plural.replace(/s$/, "") : plural}`;
}
