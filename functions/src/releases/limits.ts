/**
 * How large a share of its devices a release may lose before it is bad. `apps/{app}.limits` may say otherwise.
 *
 * Another default holds for a release once it is judged again: when something of it changes, or `npm run limits` has its
 * app's releases judged. One that rests keeps the verdict that stands.
 */
export const DEFAULT_LIMITS = {
	/** Of the devices that tried the release: those on which it failed after it had arrived. */
	updates: 0.05,
	/** Of the devices that tried it: those that failed to download it and still lack it. */
	downloads: 0.5,
	/** Of the devices that tried it more than a day ago: those that still lack it. */
	undelivered: 0.2,
	/** Of the devices that ran it: those on which it crashed within a day. */
	crashes: 0.05,
} as const;

/** The names of the rates that are held against a limit. */
export type RateName = keyof typeof DEFAULT_LIMITS;

/** A limit for each rate: a share of devices, between 0 and 1. */
export type Limits = Readonly<Record<RateName, number>>;

/**
 * The bounds of a limit. A release of less than some 3,700 devices can't be seen to stay below the smallest; next to
 * nothing is above the largest.
 */
export const SMALLEST_LIMIT = 0.001;
export const LARGEST_LIMIT = 0.95;

/**
 * The limits of an app, as its document holds them: what it doesn't name, or names in a way that can't be used, is the
 * default. Whoever writes them checks them with `limitsSchema`, and whoever wants to tell of the wrong ones too.
 */
export function limitsOf(stored: unknown): Limits {
	const named: Readonly<Record<string, unknown>> = typeof stored === "object" && stored !== null ? { ...stored } : {};
	const limit = (name: RateName) => {
		const value = named[name];
		return isLimit(value) ? value : DEFAULT_LIMITS[name];
	};
	return {
		updates: limit("updates"),
		downloads: limit("downloads"),
		undelivered: limit("undelivered"),
		crashes: limit("crashes"),
	};
}

function isLimit(value: unknown): value is number {
	return typeof value === "number" && value >= SMALLEST_LIMIT && value <= LARGEST_LIMIT;
}
