import { eventId } from "../functions/src/events/eventId.ts";
import { DAY_MS } from "../functions/src/events/eventTime.ts";
import { parseEvent } from "../functions/src/events/schema.ts";
import type { ReceivedEvent } from "../functions/src/firestore/documents.ts";
import { Random } from "../scripts/simulate/random.ts";
import { dayOfDevice, type FleetRequest } from "./fleetDay.ts";

/**
 * How a fleet sends its day: as plugin 8.51.23 does, each event alone as the plugins before it do, or collected in arrays of
 * 20 as one that was offline does.
 */
export type Rhythm = "day" | "singles" | "arrays of 20";

const ARRAY = 20;

/** A request of a device, and those that it sent before. */
export type NextRequest = { readonly earlier: readonly FleetRequest[]; readonly request: FleetRequest };

/**
 * Requests from anywhere in the day of a fleet (yesterday, so that all count on one day). Each is of another device, which is
 * known, but which no instance remembers: it has to be read.
 */
export class FleetTraffic {
	readonly #appId: string;
	readonly #rhythm: Rhythm;
	readonly #from = Math.floor(Date.now() / DAY_MS - 1) * DAY_MS;
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

	next(): NextRequest {
		for (;;) {
			this.#devices += 1;
			const day = dayOfDevice(this.#appId, this.#devices, this.#from);
			const [opening] = day;
			if (opening === undefined) continue;
			this.#eventsOfDays += day.reduce((sum, { events }) => sum + events.length, 0);
			const requests = inRhythm(day, this.#rhythm);
			const index = Math.floor(new Random(`next request of ${this.#appId}/${this.#devices}`).unit() * requests.length);
			const request = requests[index];
			// It opened the app the day before, too.
			if (request) return { earlier: [dayBefore(opening), ...requests.slice(0, index)], request };
		}
	}
}

function dayBefore({ sentAt, events }: FleetRequest): FleetRequest {
	return {
		sentAt: sentAt - DAY_MS,
		events: events.map((event) => ({
			...event,
			...("timestamp" in event && { timestamp: Number(event["timestamp"]) - DAY_MS }),
		})),
	};
}

/** The events of a request as `stats` receives them. */
export function received({ sentAt, events }: FleetRequest): readonly ReceivedEvent[] {
	return events.map((input) => {
		const parsed = parseEvent(input);
		if (!parsed.ok) throw new Error(`The fleet sends no event: ${JSON.stringify(parsed.issues)}`);
		const { event } = parsed;
		const id = eventId(event, sentAt)?.id ?? `${event.device_id}-${event.action}-${sentAt}`;
		return { id, event, receivedAt: sentAt };
	});
}

function inRhythm(requests: readonly FleetRequest[], rhythm: Rhythm): readonly FleetRequest[] {
	switch (rhythm) {
		case "day":
			return requests;
		case "singles":
			return requests.flatMap(({ sentAt, events }) => events.map((event) => ({ sentAt, events: [event] })));
		case "arrays of 20":
			return arraysOf(
				ARRAY,
				requests.flatMap(({ sentAt, events }) => events.map((event) => ({ sentAt, event }))),
			);
	}
}

function arraysOf(
	size: number,
	events: readonly { readonly sentAt: number; readonly event: FleetRequest["events"][number] }[],
): readonly FleetRequest[] {
	return Array.from({ length: Math.floor(events.length / size) }, (_, index) => {
		const collected = events.slice(index * size, (index + 1) * size);
		return { sentAt: collected.at(-1)?.sentAt ?? 0, events: collected.map(({ event }) => event) };
	});
}
