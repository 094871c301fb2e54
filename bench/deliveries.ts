import type { ReceivedEvent } from "../functions/src/firestore/documents.ts";
import { appPath, COLLECTIONS, devicePath } from "../functions/src/firestore/paths.ts";
import { storeEventDocuments } from "../scripts/emulators/storedEvents.ts";
import { FleetTraffic, type Rhythm, received } from "./fleetTraffic.ts";
import { deviceDocumentAfter } from "./knownDevice.ts";
import { type Answers, httpPost, sendLoad } from "./load.ts";
import type { Bench } from "./rounds.ts";

/** Stored events of a fleet's day in one app, their devices, and the requests that deliver them to a counting function. */
export class Deliveries {
	readonly #bench: Bench;
	readonly #appId: string;
	readonly #traffic: FleetTraffic;
	#waiting: readonly Buffer[] = [];
	#counted = 0;
	#delivered = 0;

	constructor(bench: Bench, appId: string, rhythm: Rhythm = "day") {
		this.#bench = bench;
		this.#appId = appId;
		this.#traffic = new FleetTraffic(appId, rhythm);
	}

	/** Stores events, of whole bursts, until so many or a few more wait for their delivery. */
	async store(waiting: number): Promise<void> {
		const { db, suite } = this.#bench;
		const missing = waiting - this.#waiting.length;
		const events: ReceivedEvent[] = [];
		const writer = db.bulkWriter({ throttling: false });
		while (events.length < missing) {
			const { earlier, requests } = this.#traffic.next();
			const [first, ...others] = requests.flatMap(received);
			if (first === undefined) continue;
			events.push(first, ...others);
			const device = db.doc(devicePath(this.#appId, first.event.device_id));
			const known = deviceDocumentAfter(db, earlier.map(received));
			if (known) void writer.set(device, known);
		}
		await writer.close();
		const announced = await storeEventDocuments(db, suite.projectId, events);
		this.#waiting = [
			...this.#waiting,
			...announced.map(({ headers, body }) => httpPost("/", headers, Buffer.from(body))),
		];
	}

	/** Delivers waiting events until none waits or the time is over, each once. */
	async deliver(url: string, inFlight: number, seconds: number): Promise<Answers & { readonly counted: number }> {
		const answers = await sendLoad({ url, requests: this.#waiting, inFlight, seconds });
		this.#waiting = this.#waiting.slice(answers.statuses.length);
		const counted = answers.statuses.filter((status) => status < 300).length;
		this.#counted += counted;
		this.#delivered += answers.statuses.length;
		return { ...answers, counted };
	}

	/**
	 * Compares the counters of the app's versions with the deliveries that were answered with success. One that was not may
	 * have been counted all the same, when the answer to its commit was lost: it would come again, and count nothing.
	 *
	 * @throws Error when they can't be right: a figure of a design that counts wrong says nothing.
	 */
	async check(): Promise<void> {
		const { docs } = await this.#bench.db.collection(`${appPath(this.#appId)}/${COLLECTIONS.versions}`).get();
		const events = docs.reduce((sum, version) => sum + Number(version.get("events") ?? 0), 0);
		if (events >= this.#counted && events <= this.#delivered) return;
		const deliveries = `${this.#counted} of ${this.#delivered} deliveries succeeded`;
		throw new Error(`${this.#appId} counts ${events} events, but ${deliveries}.`);
	}
}
