import { MAX_EVENT_AGE_MS } from "../../functions/src/events/eventTime.ts";
import { DAY_MS } from "../../functions/src/events/time.ts";
import { createDevice, type Device, PLUGIN_MIXES, PLUGINS, type Plugin } from "./device.ts";
import { liveOn } from "./deviceLife.ts";
import type { Happening } from "./happening.ts";
import { Random } from "./random.ts";
import { RELEASE_PLANS, type Release } from "./releases.ts";
import { type Sending, sendAlone, sendCollected } from "./rhythm.ts";
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
	/** How many requests are sent twice, as after a lost answer: 0 to 1. */
	readonly resentShare: number;
	/** What the team publishes meanwhile, in order; by default the third of four releases is bad. */
	readonly releases?: readonly Release[];
	/** The plugins of the fleet; by default mainly the newest, and some of each generation. */
	readonly plugins?: readonly Plugin[];
	/** The share of visits to the app that are made offline, 0 to 1; by default 0.02. */
	readonly offlineShare?: number;
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

/** The longest rollout: a day is left to send it before the server takes its first timestamps for a wrong clock. */
export const MAX_DAYS = MAX_EVENT_AGE_MS / DAY_MS - 1;

const OFFLINE_SHARE = 0.02;

/**
 * The day of a fleet that has the newest plugin, while one release is rolled out and the network works: the traffic that
 * costs and speed are measured by.
 */
export const USUAL_DAY = {
	days: 1,
	resentShare: 0,
	releases: RELEASE_PLANS.single,
	plugins: PLUGIN_MIXES.newest,
	offlineShare: 0,
} as const satisfies Partial<FleetOptions>;

/**
 * Makes up the traffic of a fleet while a team rolls out its releases.
 *
 * @returns The requests in the order of their sending; those of one device in the order in which it must send them.
 */
export function simulateFleet(options: FleetOptions): readonly SimulatedRequest[] {
	const devices = Array.from({ length: options.devices }, (_, index) => simulateDevice(options, index));
	return devices.flat().sort((a, b) => a.sentAt - b.sentAt);
}

/**
 * The traffic of one device of a fleet, in the order in which it sends: for fleets that are too large to be held at once.
 *
 * @param index Which one: 0 up to `devices`, of which it doesn't depend.
 */
export function simulateDevice(options: Omit<FleetOptions, "devices">, index: number): readonly SimulatedRequest[] {
	const { seed, days, now, appId, releases = RELEASE_PLANS.repaired, plugins = PLUGINS } = options;
	const random = new Random(`${seed}/${index}`);
	const device = createDevice(random, plugins);
	const circumstances = {
		period: { from: now - days * DAY_MS, to: now },
		releases,
		offlineShare: options.offlineShare ?? OFFLINE_SHARE,
	};
	const happenings = [...liveOn(device, circumstances, random)];
	const sendings = send(device, happenings, options, random);
	return sendings.map((sending) => requestOf(device, appId, sending)).sort((a, b) => a.sentAt - b.sentAt);
}

function send(
	device: Device,
	happenings: readonly Happening[],
	{ appId, resentShare }: Pick<FleetOptions, "appId" | "resentShare">,
	random: Random,
): readonly Sending[] {
	const isCollected = (happening: Happening) => device.plugin.sends === "arrays" && !happening.isOfService;
	const contentOf = (happening: Happening) => JSON.stringify(wireEvent(device, appId, happening));
	const alone = happenings.filter((happening) => !isCollected(happening));
	return [
		...sendCollected(happenings.filter(isCollected), resentShare, random),
		...sendAlone(alone, contentOf, resentShare, random),
	];
}

function requestOf(device: Device, appId: string, { sentAt, delivered, fresh, isArray }: Sending): SimulatedRequest {
	const counted = fresh.flatMap((happening) => countedEvent(device, happening) ?? []);
	const events = [...delivered, ...fresh].map((happening) => wireEvent(device, appId, happening));
	const [first = {}] = events;
	return {
		deviceId: device.deviceId.toLowerCase(),
		sentAt,
		body: isArray ? events : first,
		counted,
		noise: fresh.length - counted.length,
		repeated: delivered.length,
	};
}

/**
 * The same events in arrays of one size, each of one device: what a client would send that collects for longer.
 *
 * @param size Events an array, of which the last one of a device may hold fewer.
 */
export function inArrays(
	requests: readonly SimulatedRequest[],
	size: number,
): readonly Pick<SimulatedRequest, "deviceId" | "sentAt" | "body">[] {
	const devices = [...Map.groupBy(requests, ({ deviceId }) => deviceId)];
	const arrays = devices.flatMap(([deviceId, ofDevice]) => {
		const events = ofDevice.flatMap(({ sentAt, body }) => [body].flat().map((event) => ({ sentAt, event })));
		return chunks(events, size).map((chunk) => ({
			deviceId,
			sentAt: chunk.at(-1)?.sentAt ?? 0,
			body: chunk.map(({ event }) => event),
		}));
	});
	return arrays.sort((a, b) => a.sentAt - b.sentAt);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
	return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
		items.slice(index * size, (index + 1) * size),
	);
}
