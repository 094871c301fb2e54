import { setTimeout } from "node:timers/promises";
import type { Firestore } from "@google-cloud/firestore";
import { countedAction } from "../events/actions.ts";
import { type Counting, countEvents } from "./countEvents.ts";
import { createDeviceCache } from "./deviceCache.ts";
import { createNewDeviceBound, type NewDeviceBoundOptions, readNewDevices } from "./newDevices.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** How an instance, or a command, counts. */
export type CountOptions = Pick<Counting, "deviceRetentionDays" | "tracksDevices" | "now" | "onMalformed"> & {
	/** Actions that count by their own name besides the catalogue's. */
	readonly extraActions: ReadonlySet<string>;
	/** Devices of one app that may be new on a UTC day; 0 bounds none. */
	readonly maxNewDevicesPerDay: number;
	/** Hears of an app with more new devices than that, once a day. */
	readonly onTooManyDevices: NewDeviceBoundOptions["onTooMany"];
};

/** Makes a function that counts events as {@link countEvents} does, and remembers their devices from call to call. */
export function createCount(db: Firestore, options: CountOptions): (events: readonly StoredEvent[]) => Promise<void> {
	const { extraActions, maxNewDevicesPerDay, onTooManyDevices, ...rules } = options;
	const counting: Counting = {
		...rules,
		countedAs: (action) => countedAction(action, extraActions),
		devices: createDeviceCache(options.now),
		newDevices: createNewDeviceBound({
			maxPerDay: maxNewDevicesPerDay,
			now: options.now,
			read: (appId, day) => readNewDevices(db, appId, day),
			onTooMany: onTooManyDevices,
		}),
		sleep: setTimeout,
		random: Math.random,
	};
	return (events) => countEvents(db, events, counting);
}
