import { lnGamma } from "../functions/src/releases/betaQuantile.ts";

/** So many failures among so many devices. */
export type Counted = { readonly failures: number; readonly devices: number };

/**
 * How likely it is that a part of the devices has so many of all failures or more, if failing had nothing to do with being
 * of that part: the upper tail of the hypergeometric distribution, Fisher's exact test. It holds at any number of devices.
 *
 * @param part Of `all`.
 */
export function chanceOfSoMany(part: Counted, all: Counted): number {
	const most = Math.min(part.devices, all.failures);
	const least = Math.max(0, all.failures - (all.devices - part.devices));
	if (part.failures <= least) return 1;
	let sum = 0;
	let term = Math.exp(
		lnChoose(all.failures, part.failures) +
			lnChoose(all.devices - all.failures, part.devices - part.failures) -
			lnChoose(all.devices, part.devices),
	);
	for (let failures = part.failures; failures <= most; failures += 1) {
		sum += term;
		const others = all.devices - all.failures - part.devices;
		const ratio = ((all.failures - failures) * (part.devices - failures)) / ((failures + 1) * (others + failures + 1));
		// From here on every term is smaller than the one before it.
		if (ratio < 1 && term < sum * Number.EPSILON) break;
		term *= ratio;
	}
	return Math.min(1, sum);
}

/**
 * Adjusts chances for how many were looked at, by Holm's method: whatever is below a level afterwards is, but for a
 * probability of that level, no accident of having looked often. Source: Scandinavian Journal of Statistics 6 (1979), 65–70.
 *
 * @returns The adjusted chances, in the order of the given ones.
 */
export function adjustedChances(chances: readonly number[]): readonly number[] {
	const adjusted = new Array<number>(chances.length).fill(1);
	const ordered = chances.map((chance, index) => ({ chance, index })).toSorted((a, b) => a.chance - b.chance);
	let highest = 0;
	for (const [rank, { chance, index }] of ordered.entries()) {
		highest = Math.max(highest, Math.min(1, chance * (chances.length - rank)));
		adjusted[index] = highest;
	}
	return adjusted;
}

function lnChoose(n: number, k: number): number {
	return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}
