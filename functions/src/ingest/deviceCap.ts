import { utcDay } from "../events/eventTime.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import { appIdOfPath, devicePath } from "../firestore/paths.ts";
import { forgetOldest } from "../forgetOldest.ts";
import { shareOfBound } from "./dropOrder.ts";

/** Devices remembered at the most: some megabytes of an instance's memory. */
const MAX_DEVICES = 20_000;

/** How many times the stored events of a device are counted while it uses up its day. */
const CHECKS_PER_DAY = 10;

/** The number of dropped events is noted when this part of it is new. */
const NOTED_SHARE = 10;

/** Whether an event isn't to be stored, but only tells how many were dropped. */
export function isDropped({ droppedEvents }: CappedEvent): boolean {
	return droppedEvents !== undefined;
}

/** What the cap needs of the world. */
export type DeviceCapOptions = {
	/** Events stored for one device in a UTC day; 0 stores all. */
	readonly maxEventsPerDay: number;
	/** Counts the stored events of a device that arrived since a moment, in milliseconds since the epoch. */
	readonly countStored: (devicePath: string, since: number) => Promise<number>;
	/** Hears how many events of an app were dropped, whenever that is noted. */
	readonly onDropped: (appId: string, droppedEvents: number) => void;
};

/** An event to store; or, where its device had used up its day, one that is dropped and tells how many were. */
export type CappedEvent = ReceivedEvent & { readonly droppedEvents?: number };

/**
 * Bounds what one device can cost in a UTC day. Progress is dropped first, at 80 % of the bound, then everything but
 * installs and failures, at 90 %. The next UTC day begins anew.
 *
 * It is cheap because an instance counts in its own memory, and asks Firestore for the true number only each time it has
 * taken a tenth of the bound from a device: one read for 200 events at the default bound, none for a device that sends
 * fewer. Since each instance may take a tenth before it asks, a device can exceed the bound by a tenth an instance.
 *
 * What is dropped is noted when it has grown by a tenth, so that a flood of it costs hardly a write.
 *
 * @returns A function that leaves out those events of a request that are to be dropped, but one where they are noted.
 */
export function createDeviceCap({ maxEventsPerDay, countStored, onDropped }: DeviceCapOptions) {
	type Usage = {
		readonly day: string;
		readonly stored: number;
		readonly checkAt: number;
		/** Events dropped today: noted, and not yet. */
		readonly noted: number;
		readonly unnoted: number;
	};
	const usages = new Map<string, Usage>();
	const step = Math.ceil(maxEventsPerDay / CHECKS_PER_DAY);

	async function usageOf(path: string, newEvents: number, receivedAt: number): Promise<Usage> {
		const day = utcDay(receivedAt);
		const known = usages.get(path);
		const usage = known?.day === day ? known : { day, stored: 0, checkAt: step, noted: 0, unnoted: 0 };
		if (usage.stored + newEvents < usage.checkAt) return usage;
		const stored = await countStored(path, Date.parse(day));
		return { ...usage, stored, checkAt: stored + step };
	}

	function remember(path: string, usage: Usage): void {
		usages.delete(path); // A map keeps its order: the device that was quiet the longest is forgotten first.
		usages.set(path, usage);
		forgetOldest(usages, MAX_DEVICES);
	}

	async function capDevice(path: string, events: readonly ReceivedEvent[]): Promise<readonly CappedEvent[]> {
		const usage = await usageOf(path, events.length, events[0]?.receivedAt ?? 0);
		let { stored } = usage;
		const kept: CappedEvent[] = [];
		const dropped: ReceivedEvent[] = [];
		for (const received of events) {
			const isBeyond = stored >= maxEventsPerDay * shareOfBound(received.event.action);
			if (!isBeyond) stored += 1;
			(isBeyond ? dropped : kept).push(received);
		}
		const unnoted = usage.unnoted + dropped.length;
		const [first] = dropped;
		if (first === undefined || unnoted < usage.noted / NOTED_SHARE) {
			remember(path, { ...usage, stored, unnoted });
			return kept;
		}
		remember(path, { ...usage, stored, noted: usage.noted + unnoted, unnoted: 0 });
		onDropped(appIdOfPath(path), unnoted);
		return [...kept, { ...first, droppedEvents: unnoted }];
	}

	return async (events: readonly ReceivedEvent[]): Promise<readonly CappedEvent[]> => {
		if (maxEventsPerDay === 0) return events;
		const devices = Map.groupBy(events, ({ event }) => devicePath(event.app_id, event.device_id));
		const capped = await Promise.all([...devices].map(([path, deviceEvents]) => capDevice(path, deviceEvents)));
		return capped.flat();
	};
}

/** Those of some events that the cap left out. */
export function droppedOf(events: readonly ReceivedEvent[], capped: readonly CappedEvent[]): readonly ReceivedEvent[] {
	const kept = new Set(capped.filter((event) => !isDropped(event)).map(({ id }) => id));
	return events.filter(({ id }) => !kept.has(id));
}
