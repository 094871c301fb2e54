import { setTimeout } from "node:timers/promises";
import type { Firestore } from "@google-cloud/firestore";
import { countedAction } from "../events/actions.ts";
import { type Counting, countEvents } from "./countEvents.ts";
import { createDeviceCache } from "./deviceCache.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** How an instance, or a command, counts. */
export type CountOptions = Pick<Counting, "deviceRetentionDays" | "tracksDevices" | "now" | "onMalformed"> & {
	/** Actions that count by their own name besides the catalogue's. */
	readonly extraActions: ReadonlySet<string>;
};

/** Makes a function that counts events as {@link countEvents} does, and remembers their devices from call to call. */
export function createCount(db: Firestore, options: CountOptions): (events: readonly StoredEvent[]) => Promise<void> {
	const { extraActions, ...rules } = options;
	const counting: Counting = {
		...rules,
		countedAs: (action) => countedAction(action, extraActions),
		devices: createDeviceCache(options.now),
		sleep: setTimeout,
		random: Math.random,
	};
	return (events) => countEvents(db, events, counting);
}
