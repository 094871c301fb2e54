import type { Effect } from "./effect.ts";

/** What the projection needs to know of an event. Times are milliseconds since the epoch. */
export type DeviceEvent = {
	readonly id: string;
	readonly action: string;
	/** The version that it names. */
	readonly version: string;
	/** The version that a `set` replaced. */
	readonly replacedVersion?: string | undefined;
	readonly isDev: boolean;
	readonly occurredAt: number;
	readonly receivedAt: number;
	/** Whether its time is the device's own: without a timestamp, `occurredAt` is its arrival. */
	readonly hasTimestamp: boolean;
	readonly effect: Effect;
	/** The versions that other events of the same request name as being on their way, for a failure that names none. */
	readonly targets: readonly string[];
	/** What it tells of its device: `platform`, `channel`, …; null where the device says that it has none any more. */
	readonly fields: DeviceFields;
};

export type DeviceFields = Readonly<Record<string, string | boolean | null>>;

/** When an event happened, for the order of a device's events: never after its arrival, by a clock that is ahead. */
export function eventOrderTime({ occurredAt, receivedAt }: DeviceEvent): number {
	return Math.min(occurredAt, receivedAt);
}
