import { eventId } from "../functions/src/events/eventId.ts";
import { isPluginNoise } from "../functions/src/events/pluginNoise.ts";
import { parseEvent } from "../functions/src/events/schema.ts";
import { DAY_MS } from "../functions/src/events/time.ts";
import type { ReceivedEvent } from "../functions/src/firestore/documents.ts";
import { PLUGIN_MIXES } from "../scripts/fleet/device.ts";
import { Random } from "../scripts/fleet/random.ts";
import { inArrays, type SimulatedRequest, simulateDevice, USUAL_DAY } from "../scripts/fleet/simulateFleet.ts";
import type { WireEvent } from "../scripts/fleet/wire.ts";

/**
 * What a fleet sends: its day with the newest plugin, that with plugins which send each event alone, or the newest one's
 * events collected in arrays of 20, as by a device that was offline.
 */
export type Rhythm = "day" | "singles" | "arrays of 20";

const ARRAY = 20;

const SEED = 1;

/** What a device sends within this time is delivered together. */
const BURST_MS = 1_000;

/** One request of a device. */
export type FleetRequest = Pick<SimulatedRequest, "sentAt" | "body">;

/** What a device sends within a second, and what it sent before. */
export type Burst = { readonly earlier: readonly FleetRequest[]; readonly requests: readonly FleetRequest[] };

/**
 * Bursts from anywhere in the day of a fleet (yesterday, so that all count on one day). Each is of another device, which is
 * known, but which no instance remembers: it has to be read.
 */
export class FleetTraffic {
	readonly #appId: string;
	readonly #rhythm: Rhythm;
	readonly #now = Math.floor(Date.now() / DAY_MS) * DAY_MS;
	#devices = 0;
	#eventsOfDays = 0;

	constructor(appId: string, rhythm: Rhythm) {
		this.#appId = appId;
		this.#rhythm = rhythm;
	}

	/** How many devices an event brings with it, as if each device lived for a day. */
	get devicesPerEvent(): number {
		return this.#devices / this.#eventsOfDays;
	}

	next(): Burst {
		for (;;) {
			const number = this.#devices;
			this.#devices += 1;
			const day = this.#dayOf(number);
			const [opening] = day;
			if (opening === undefined) continue;
			this.#eventsOfDays += day.reduce((sum, { body }) => sum + [body].flat().length, 0);
			const requests = this.#rhythm === "arrays of 20" ? inArrays(day, ARRAY).filter(isFull) : day;
			const index = Math.floor(new Random(`next burst of ${number}`).unit() * requests.length);
			const start = requests[index]?.sentAt ?? 0;
			const burst = requests.slice(index).filter(({ sentAt }) => sentAt < start + BURST_MS);
			// It opened the app the day before, too.
			if (burst.length > 0) return { earlier: [dayBefore(opening), ...requests.slice(0, index)], requests: burst };
		}
	}

	#dayOf(device: number): readonly SimulatedRequest[] {
		const plugins = this.#rhythm === "singles" ? PLUGIN_MIXES.singles : USUAL_DAY.plugins;
		return simulateDevice({ ...USUAL_DAY, plugins, seed: SEED, now: this.#now, appId: this.#appId }, device);
	}
}

function isFull({ body }: FleetRequest): boolean {
	return [body].flat().length === ARRAY;
}

function dayBefore({ sentAt, body }: FleetRequest): FleetRequest {
	const events = [body].flat().map((event: WireEvent) => {
		const timestamp = event["timestamp"];
		return typeof timestamp === "number" ? { ...event, timestamp: timestamp - DAY_MS } : event;
	});
	return { sentAt: sentAt - DAY_MS, body: events };
}

/** The events of a request that `stats` stores. */
export function received({ sentAt, body }: FleetRequest): readonly ReceivedEvent[] {
	return [body].flat().flatMap((input: WireEvent) => {
		const parsed = parseEvent(input);
		if (!parsed.ok) throw new Error(`The fleet sends no event: ${JSON.stringify(parsed.issues)}`);
		const { event } = parsed;
		const id = eventId(event, sentAt)?.id ?? `${event.device_id}-${event.action}-${sentAt}`;
		return isPluginNoise(event) ? [] : [{ id, event, receivedAt: sentAt }];
	});
}
