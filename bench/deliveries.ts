import type { Event } from "../functions/src/events/schema.ts";
import type { ReceivedEvent } from "../functions/src/firestore/documents.ts";
import { appPath, COLLECTIONS } from "../functions/src/firestore/paths.ts";
import { storeEventDocuments } from "../test/support/storedEvents.ts";
import { type Answers, httpPost, sendLoad } from "./load.ts";
import type { Bench } from "./rounds.ts";

const ACTIONS = ["get", "download_complete", "set", "app_moved_to_foreground"] as const;

const DEVICES = 1_000;

/** Stored events of one app, and the requests that deliver them to a counting function. */
export class Deliveries {
	readonly #bench: Bench;
	readonly #appId: string;
	readonly #versions: number;
	#waiting: readonly Buffer[] = [];
	#stored = 0;
	#counted = 0;

	/** @param versions Versions among which the events are spread evenly. */
	constructor(bench: Bench, appId: string, versions: number) {
		this.#bench = bench;
		this.#appId = appId;
		this.#versions = versions;
	}

	/** Stores events until so many wait for their delivery. */
	async store(waiting: number): Promise<void> {
		const { db, suite } = this.#bench;
		const missing = Math.max(0, waiting - this.#waiting.length);
		const events = Array.from({ length: missing }, (_, index) => this.#event(this.#stored + index));
		const announced = await storeEventDocuments(db, suite.projectId, events);
		this.#stored += missing;
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
		return { ...answers, counted };
	}

	/**
	 * Compares the counters of the app's versions with the deliveries that were answered with success.
	 *
	 * @throws Error when they differ: a figure of a design that counts wrong says nothing.
	 */
	async check(): Promise<void> {
		const { docs } = await this.#bench.db.collection(`${appPath(this.#appId)}/${COLLECTIONS.versions}`).get();
		const events = docs.reduce((sum, version) => sum + Number(version.get("events") ?? 0), 0);
		if (events === this.#counted) return;
		throw new Error(`${this.#appId} counts ${events} events, but ${this.#counted} deliveries succeeded.`);
	}

	#event(number: number): ReceivedEvent {
		const now = Date.now();
		const event: Event = {
			app_id: this.#appId,
			device_id: `0b5f3a52-6c1e-4a43-9d53-${String(number % DEVICES).padStart(12, "0")}`,
			platform: "android",
			action: ACTIONS[number % ACTIONS.length] ?? "get",
			version_name: `3.4.${number % this.#versions}`,
			version_build: "3.4.0",
			version_code: "30400",
			version_os: "15",
			plugin_version: "8.51.14",
			is_prod: true,
			is_emulator: false,
			install_source: "play_store",
			timestamp: now,
		};
		return { id: `${this.#appId}-${number}`, event, receivedAt: now };
	}
}
