import { type ActionKind, actionKind } from "../events/actions.ts";
import { utcDay } from "../events/eventTime.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import { appIdOfPath, devicePath } from "../firestore/paths.ts";

/** Devices remembered at the most: some megabytes of an instance's memory. */
const MAX_DEVICES = 20_000;

/** How many times the stored events of a device are counted while it uses up its day. */
const CHECKS_PER_DAY = 10;

/** What the cap needs of the world. */
export type DeviceCapOptions = {
	/** Events stored for one device in a UTC day; 0 stores all. */
	readonly maxEventsPerDay: number;
	/** Counts the stored events of a device that arrived since a moment, in milliseconds since the epoch. */
	readonly countStored: (devicePath: string, since: number) => Promise<number>;
	/** Hears how many events of an app were dropped. */
	readonly onDropped: (appId: string, droppedEvents: number) => void;
};

/** An event, and whether its device had used up its day. */
export type CappedEvent = ReceivedEvent & { readonly isDropped?: boolean };

/**
 * Bounds what one device can cost in a UTC day. Progress is dropped first, at 80 % of the bound, then everything but
 * installs and failures, at 90 %.
 *
 * It is cheap because an instance counts in its own memory, and asks Firestore for the true number only each time it has
 * taken a tenth of the bound from a device: one read for 200 events at the default bound, none for a device that sends
 * fewer. Since each instance may take a tenth before it asks, a device can exceed the bound by a tenth an instance.
 *
 * @returns A function that marks those events of a request that are to be dropped.
 */
export function createDeviceCap({ maxEventsPerDay, countStored, onDropped }: DeviceCapOptions) {
	type Usage = { readonly day: string; readonly stored: number; readonly checkAt: number };
	const usages = new Map<string, Usage>();
	const step = Math.ceil(maxEventsPerDay / CHECKS_PER_DAY);

	async function usageOf(path: string, newEvents: number, receivedAt: number): Promise<Usage> {
		const day = utcDay(receivedAt);
		const known = usages.get(path);
		const usage = known?.day === day ? known : { day, stored: 0, checkAt: step };
		if (usage.stored + newEvents < usage.checkAt) return usage;
		const stored = await countStored(path, Date.parse(day));
		return { day, stored, checkAt: stored + step };
	}

	function remember(path: string, usage: Usage): void {
		usages.delete(path); // A map keeps its order: the device that was quiet the longest is forgotten first.
		usages.set(path, usage);
		const [oldest] = usages.keys();
		if (usages.size > MAX_DEVICES && oldest !== undefined) usages.delete(oldest);
	}

	async function capDevice(path: string, events: readonly ReceivedEvent[]): Promise<readonly CappedEvent[]> {
		const usage = await usageOf(path, events.length, events[0]?.receivedAt ?? 0);
		let { stored } = usage;
		const capped = events.map((received) => {
			const isDropped = stored >= maxEventsPerDay * shareOf(actionKind(received.event.action));
			if (!isDropped) stored += 1;
			return { ...received, isDropped };
		});
		remember(path, { ...usage, stored });
		const dropped = capped.filter(({ isDropped }) => isDropped).length;
		if (dropped > 0) onDropped(appIdOfPath(path), dropped);
		return capped;
	}

	return async (events: readonly ReceivedEvent[]): Promise<readonly CappedEvent[]> => {
		if (maxEventsPerDay === 0) return events;
		const devices = Map.groupBy(events, ({ event }) => devicePath(event.app_id, event.device_id));
		const capped = await Promise.all([...devices].map(([path, deviceEvents]) => capDevice(path, deviceEvents)));
		return capped.flat();
	};
}

/** The share of the bound up to which events of a kind are stored: what matters most is dropped last. */
function shareOf(kind: ActionKind): number {
	switch (kind) {
		case "progress":
			return 0.8;
		case "bundle":
		case "lifecycle":
		case "refusal":
		case "channel":
		case "custom":
			return 0.9;
		case "install":
		case "failure":
		case "health":
			return 1;
	}
}
