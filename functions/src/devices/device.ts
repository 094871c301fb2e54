import type { DeviceFields } from "./deviceEvent.ts";
import type { ReleaseFacts } from "./releaseFacts.ts";
import type { RunningVersion } from "./runningVersion.ts";

/** What is known of a device. Times are milliseconds since the epoch. */
export type Device = {
	/** What it told of itself last. */
	readonly fields: DeviceFields;
	/** Whether it is an emulator or runs a build that is not for production. */
	readonly isDev: boolean;
	readonly running: RunningVersion | undefined;
	readonly lastAction: string;
	/** When the event happened from which `fields` come. */
	readonly describedAt: number;
	readonly firstSeenAt: number;
	readonly lastSeenAt: number;
	/** What it has done with each release, by the release's version. */
	readonly releases: ReadonlyMap<string, ReleaseFacts>;
};
