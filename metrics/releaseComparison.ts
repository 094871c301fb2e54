import type { DeviceCounts } from "../functions/src/devices/flags.ts";
import { type Proportion, proportion } from "../functions/src/releases/proportion.ts";

/** Devices that tried a release and never downloaded it: on their way, or without success. */
export const MISSING_LABEL = "Not downloaded";

/** The rates in which two releases are held against each other. */
export const COMPARED = [
	{ name: "failed", label: "Failed", of: "tried it" },
	{ name: "crashed", label: "Crashed", of: "ran it" },
	{ name: "missing", label: MISSING_LABEL, of: "tried it" },
	{ name: "well", label: "Still well", of: "tried it" },
] as const;

export type ComparedName = (typeof COMPARED)[number]["name"];

/** The rates of a release by its devices. Counters are read at different moments: a part may be ahead of its whole. */
export function ratesOf(devices: DeviceCounts): Readonly<Record<ComparedName, Proportion>> {
	const { tried, ran } = devices;
	return {
		failed: proportion(Math.min(devices.failed, tried), tried),
		crashed: proportion(Math.min(devices.crashed, ran), ran),
		missing: proportion(Math.max(0, tried - devices.downloaded), tried),
		well: proportion(Math.min(devices.well, tried), tried),
	};
}

/** A difference of two shares, with the interval of 95 %. Between -1 and 1; null when either has no devices. */
export type Difference = { readonly value: number; readonly low: number; readonly high: number } | null;

/** What is left out at either end, as a quantile of the normal distribution. */
const Z = 1.959964;

/**
 * By how much one share exceeds another, with Newcombe's interval of 95 %, made of the two shares' own score intervals: it
 * holds for few devices and for shares near 0, where the usual one doesn't. Source: Statistics in Medicine 17 (1998),
 * 873–890, method 10.
 */
export function difference(a: Proportion, b: Proportion): Difference {
	if (a.share === null || b.share === null) return null;
	const [ofA, ofB] = [scoreInterval(a), scoreInterval(b)];
	const value = a.share - b.share;
	return {
		value,
		low: value - Math.hypot(a.share - ofA.low, ofB.high - b.share),
		high: value + Math.hypot(ofA.high - a.share, b.share - ofB.low),
	};
}

/** Wilson's interval: Journal of the American Statistical Association 22 (1927), 209–212. */
function scoreInterval({ failures, devices }: Proportion): { readonly low: number; readonly high: number } {
	const share = failures / devices;
	const weight = Z ** 2 / devices;
	const centre = (share + weight / 2) / (1 + weight);
	const half = (Z * Math.sqrt((share * (1 - share)) / devices + weight / (4 * devices))) / (1 + weight);
	return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
