import type { Device } from "./device.ts";

/** A bundle that the simulated team publishes. */
export type Release = {
	readonly version: string;
	/** When it is published, as a part of the rollout: 0 is its begin, 1 its end. */
	readonly publishedAt: number;
	/** What is wrong with it, besides what goes wrong with any release. */
	readonly faults: readonly Fault[];
};

/**
 * What can go wrong with an update.
 * - `download`: it can't be downloaded. `disk`: storage is too full for it. `file`: a single file of it can't be had.
 * - `file_checksum`, `checksum`: a file of it, or the archive, arrives with a wrong checksum. `unzip`: it can't be unpacked.
 * - `install`: it can't be installed. `rollback`: its app never reports that it is ready. `crash`: its app crashes.
 */
export type FaultKind =
	| "download"
	| "disk"
	| "file"
	| "file_checksum"
	| "checksum"
	| "unzip"
	| "install"
	| "rollback"
	| "crash";

/** One thing that is wrong with a release: how many devices it hits, where, and since when. */
export type Fault = {
	readonly kind: FaultKind;
	/** How many of the devices that it can hit, 0 to 1. */
	readonly rate: number;
	/** The devices that it can hit; every one where it isn't given. */
	readonly where?: FaultyDevices;
	/** Since when, as a part of the rollout; since the release was published where it isn't given. */
	readonly from?: number;
};

/** The devices that match all that is given. */
export type FaultyDevices = {
	readonly platform?: Device["plugin"]["platform"];
	readonly versionOs?: string;
	/** The version of the native build. */
	readonly build?: string;
};

/** What goes wrong with any release. */
export const USUAL_FAULTS: readonly Fault[] = [
	{ kind: "download", rate: 0.02 },
	{ kind: "file", rate: 0.01 },
	{ kind: "file_checksum", rate: 0.004 },
	{ kind: "checksum", rate: 0.006 },
	{ kind: "unzip", rate: 0.003 },
	{ kind: "disk", rate: 0.004 },
	{ kind: "install", rate: 0.004 },
	{ kind: "rollback", rate: 0.01 },
	{ kind: "crash", rate: 0.006 },
];

/** Whether a fault can hit a device. */
export function canHit({ where = {} }: Fault, { plugin, versionOs, build }: Device): boolean {
	return (
		(where.platform ?? plugin.platform) === plugin.platform &&
		(where.versionOs ?? versionOs) === versionOs &&
		(where.build ?? build.version) === build.version
	);
}

const BEFORE: readonly Release[] = [
	{ version: "1.0.0", publishedAt: 0, faults: [] },
	{ version: "1.1.0", publishedAt: 0.3, faults: [] },
];

function thenNewest(...faults: readonly Fault[]): readonly Release[] {
	return [...BEFORE, { version: "1.2.0", publishedAt: 0.55, faults }];
}

/** What the simulated team publishes in a rollout, by name: its releases in order. */
export const RELEASE_PLANS = {
	repaired: [
		...BEFORE,
		{ version: "1.2.0", publishedAt: 0.6, faults: [{ kind: "rollback", rate: 0.4 }] },
		{ version: "1.2.1", publishedAt: 0.8, faults: [] },
	],
	good: thenNewest(),
	bad: thenNewest({ kind: "rollback", rate: 0.3 }, { kind: "crash", rate: 0.1 }),
	checksum: thenNewest({ kind: "checksum", rate: 0.5 }),
	download: thenNewest({ kind: "download", rate: 0.7 }),
	crash: thenNewest({ kind: "crash", rate: 0.5 }),
	narrow: thenNewest({
		kind: "rollback",
		rate: 0.95,
		where: { platform: "android", versionOs: "9", build: "3.3.2" },
	}),
	single: [{ version: "1.0.0", publishedAt: 0.5, faults: [] }],
	late: thenNewest({ kind: "rollback", rate: 0.8, from: 0.85 }),
} as const satisfies Record<string, readonly Release[]>;

export type ReleasePlan = keyof typeof RELEASE_PLANS;
