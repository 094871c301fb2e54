import type { UNKNOWN_VERSION } from "../../functions/src/events/bundleVersion.ts";
import type { SimulatedAction } from "./evidence.ts";

/** One thing that a device reports, before its plugin puts it into words. */
export type Happening = {
	/** Milliseconds since the epoch. No two of a device have the same. */
	readonly at: number;
	readonly action: SimulatedAction;
	/** The bundle that the plugin names; `""` where it names none. */
	readonly version: string;
	/**
	 * The release that it really is about, which is not always the one that is named; null for one about none, and
	 * {@link UNKNOWN_VERSION} where nothing that the device sends tells which.
	 */
	readonly about: string | null;
	/** Whether it reports a crash that the release is to be charged with. */
	readonly isCharged: boolean;
	/** The app's process that reports it, counted from 1. */
	readonly process: number;
	/** Whether the device is offline, so that it can't be sent now. */
	readonly isOffline: boolean;
	/** Whether the plugin's download service sends it: at once, without a timestamp, and never again. */
	readonly isOfService: boolean;
	/** The bundle that ran before. */
	readonly oldVersion?: string;
	/** The file of the bundle that it is about. */
	readonly file?: string;
	readonly metadata?: Readonly<Record<string, string>>;
	readonly bundleId?: string;
	readonly message?: string;
};
