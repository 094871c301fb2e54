import { MAX_EVENT_AGE_MS } from "../../functions/src/events/limits.ts";
import { createDevice, type Device } from "./device.ts";
import { type Happening, liveOn } from "./deviceLife.ts";
import { Random } from "./random.ts";
import { type CountedEvent, countedEvent, type WireEvent, wireEvent } from "./wire.ts";

/** What decides about a fleet's traffic: the same answers make the same requests, byte for byte. */
export type FleetOptions = {
	readonly seed: number;
	/** How many devices. */
	readonly devices: number;
	/** How many days the rollout took; a whole number of 1 to {@link MAX_DAYS}. */
	readonly days: number;
	/** When the rollout ended, in milliseconds since the epoch. */
	readonly now: number;
	readonly appId: string;
	/** How many of the arrays are sent twice, as after a lost answer: 0 to 1. */
	readonly resentShare: number;
};

/** One HTTP request of a device. */
export type SimulatedRequest = {
	/** The device in one case, whatever case its plugin sends. */
	readonly deviceId: string;
	/** When the device sends it, in simulated milliseconds since the epoch. */
	readonly sentAt: number;
	/** The JSON body. */
	readonly body: WireEvent | readonly WireEvent[];
	/** What the server is expected to count for it. */
	readonly counted: readonly CountedEvent[];
	/** How many of its events the server discards as noise. */
	readonly noise: number;
	/** How many of its events were in an earlier request, so that the server counts nothing for them. */
	readonly repeated: number;
};

export const DAY_MS = 24 * 60 * 60 * 1_000;

/** The longest rollout: a day is left to send it before the server takes its first timestamps for a wrong clock. */
export const MAX_DAYS = MAX_EVENT_AGE_MS / DAY_MS - 1;

/** The plugin collects events for this long. */
const FLUSH_INTERVAL_MS = 1_000;

/** How likely it is that an array can't be sent at first, because the device is offline. */
const OFFLINE_SHARE = 0.06;

/**
 * Makes up the traffic of a fleet while a team rolls out its releases.
 *
 * @returns The requests in the order of their sending; those of one device in the order in which it must send them.
 */
export function simulateFleet(options: FleetOptions): readonly SimulatedRequest[] {
	const period = { from: options.now - options.days * DAY_MS, to: options.now };
	const requests = Array.from({ length: options.devices }, (_, index) => {
		const random = new Random(`${options.seed}/${index}`);
		const device = createDevice(random);
		const happenings = [...liveOn(device, period, random)];
		return device.plugin.sends === "arrays"
			? [...sendArrays(device, happenings, random, options)]
			: happenings.map((happening) => sendOne(device, happening, options));
	});
	return requests.flat().sort((a, b) => a.sentAt - b.sentAt);
}

function sendOne(device: Device, happening: Happening, { appId }: FleetOptions): SimulatedRequest {
	const counted = countedEvent(device, happening);
	return {
		deviceId: device.deviceId.toLowerCase(),
		sentAt: happening.at,
		body: wireEvent(device, appId, happening),
		counted: counted ? [counted] : [],
		noise: counted ? 0 : 1,
		repeated: 0,
	};
}

/** What a device has still to send. What was `delivered` before is sent again because the answer was lost. */
type Queue = { readonly delivered: readonly Happening[]; readonly unsent: readonly Happening[] };

const NOTHING: Queue = { delivered: [], unsent: [] };

function* sendArrays(
	device: Device,
	happenings: readonly Happening[],
	random: Random,
	{ appId, resentShare }: FleetOptions,
): Generator<SimulatedRequest> {
	let queue = NOTHING;
	let sentAt = 0;
	for (const collected of collect(happenings)) {
		sentAt = (collected[0]?.at ?? sentAt) + FLUSH_INTERVAL_MS;
		queue = { ...queue, unsent: [...queue.unsent, ...collected] };
		if (random.chance(OFFLINE_SHARE)) continue;
		yield arrayOf(device, queue, sentAt, appId);
		const isAnswerLost = random.chance(resentShare);
		queue = isAnswerLost ? { delivered: [...queue.delivered, ...queue.unsent], unsent: [] } : NOTHING;
	}
	if (queue !== NOTHING) yield arrayOf(device, queue, sentAt + FLUSH_INTERVAL_MS, appId);
}

/** What happened within one flush interval goes into one array. */
function collect(happenings: readonly Happening[]): readonly (readonly Happening[])[] {
	const arrays: Happening[][] = [];
	for (const happening of happenings) {
		const open = arrays.at(-1);
		const since = open?.[0]?.at ?? Number.NEGATIVE_INFINITY;
		if (open && happening.at < since + FLUSH_INTERVAL_MS) open.push(happening);
		else arrays.push([happening]);
	}
	return arrays;
}

function arrayOf(device: Device, { delivered, unsent }: Queue, sentAt: number, appId: string): SimulatedRequest {
	const counted = unsent.flatMap((happening) => countedEvent(device, happening) ?? []);
	return {
		deviceId: device.deviceId.toLowerCase(),
		sentAt,
		body: [...delivered, ...unsent].map((happening) => wireEvent(device, appId, happening)),
		counted,
		noise: unsent.length - counted.length,
		repeated: delivered.length,
	};
}
