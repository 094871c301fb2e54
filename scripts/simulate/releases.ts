/** A bundle that the simulated team publishes. */
export type Release = {
	readonly version: string;
	/** When it is published, as a part of the rollout: 0 is its begin, 1 its end. */
	readonly publishedAt: number;
	/** How likely it is that the app does not start with it, so that the device rolls back. */
	readonly breaks: number;
};

/** The bundle that is shipped in the app. */
export const BUILTIN = "builtin";

/** The rollout, in order. 1.2.0 is the bad release, 1.2.1 mends it. */
export const RELEASES: readonly Release[] = [
	{ version: "1.0.0", publishedAt: 0, breaks: 0.01 },
	{ version: "1.1.0", publishedAt: 0.3, breaks: 0.01 },
	{ version: "1.2.0", publishedAt: 0.6, breaks: 0.4 },
	{ version: "1.2.1", publishedAt: 0.8, breaks: 0.01 },
];
