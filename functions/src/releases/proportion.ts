import { betaQuantile } from "./betaQuantile.ts";

/** What is left out at either end of an interval of 95 %. */
const TAIL = 0.025;

/** A share of devices, and what it may really be. */
export type Proportion = {
	readonly failures: number;
	readonly devices: number;
	/** Between 0 and 1; null when there are no devices. */
	readonly share: number | null;
	/** The ends of the exact interval of 95 %; 0 and 1 when there are no devices. */
	readonly low: number;
	readonly high: number;
};

/**
 * So many failures of so many devices, with the interval of Clopper and Pearson: it holds at any number of devices, and
 * either end errs with a probability of at most 2.5 %. Source: Biometrika 26 (1934), https://doi.org/10.1093/biomet/26.4.404
 */
export function proportion(failures: number, devices: number): Proportion {
	if (devices === 0) return { failures: 0, devices: 0, share: null, low: 0, high: 1 };
	const well = devices - failures;
	return {
		failures,
		devices,
		share: failures / devices,
		low: failures === 0 ? 0 : betaQuantile(TAIL, failures, well + 1),
		high: well === 0 ? 1 : betaQuantile(1 - TAIL, failures + 1, well),
	};
}
