import { setTimeout } from "node:timers/promises";
import { type CloudEvent, deliver } from "../../scripts/emulators/cloudEvent.ts";

/** The pause before an event that was not taken is delivered again. */
const PAUSE_MS = 100;

/** How deliveries are made. */
export type Delivering = {
	/** Where the next delivery goes. */
	readonly url: () => string;
	/** Deliveries that wait for their answer at the same time. */
	readonly inFlight: number;
	/** Hears how many deliveries of all were taken. */
	readonly progress?: (taken: number, all: number) => void;
};

/**
 * Delivers CloudEvents, and delivers those again that were not taken, as Eventarc does with `retry`, until all are.
 *
 * @returns How many deliveries were not taken.
 */
export async function deliverPersistently(
	events: readonly CloudEvent[],
	{ url, inFlight, progress = () => {} }: Delivering,
): Promise<number> {
	const waiting = events.values();
	let taken = 0;
	let refused = 0;
	const work = async () => {
		for (const event of waiting) {
			while (!(await isTaken(url(), event))) {
				refused += 1;
				await setTimeout(PAUSE_MS);
			}
			taken += 1;
			progress(taken, events.length);
		}
	};
	await Promise.all(Array.from({ length: inFlight }, work));
	return refused;
}

async function isTaken(url: string, event: CloudEvent): Promise<boolean> {
	try {
		return (await deliver(url, event)) === 204;
	} catch {
		// The instance is gone, and with it the connection.
		return false;
	}
}
