import { formatCount } from "../../metrics/format.ts";

/** `1 device`, `20,000 devices`: for people. The plural must be a regular one. */
export function quantity(count: number, plural: string): string {
	return `${formatCount(count)} ${count === 1 ? plural.replace(/s$/, "") : plural}`;
}
