import { setTimeout as sleepFor } from "node:timers/promises";
import { ExplainedError } from "../cli/explainedError.ts";
import { post, type Target } from "./post.ts";
import type { SimulatedRequest } from "./simulateFleet.ts";

/** Where and how fast requests are sent. */
export type SendOptions = Target & {
	/** Requests a second, at the most. */
	readonly rate: number;
	/** Requests on their way at the same time, at the most. */
	readonly concurrency: number;
	/** Ends the sending early: what is on its way is finished, nothing else is begun. */
	readonly signal?: AbortSignal;
	/** Waits for so many milliseconds, or until the signal aborts. */
	readonly sleep?: (milliseconds: number, value: undefined, options: { signal?: AbortSignal }) => Promise<unknown>;
	/** Is told after each request. */
	readonly onProgress?: (progress: SendProgress) => void;
};

/** How far the sending has come. */
export type SendProgress = {
	/** Requests that were taken, or lost. */
	readonly requests: number;
	readonly events: number;
	/** How often an array had to be sent again. */
	readonly retries: number;
};

/** What became of the requests. */
export type SendResult = {
	readonly sent: readonly SimulatedRequest[];
	/**
	 * Requests that failed and were not sent again, because their plugin sends once only or the sending was ended. Where
	 * there was no answer it is unknown whether the server counted them.
	 */
	readonly lost: readonly SimulatedRequest[];
	readonly retries: number;
};

const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 1_000;

/**
 * Sends requests as the plugins do: those of one device one after the other, and an array again after a network error, a
 * 408, a 429 or a 5xx. An event that is not in an array is sent once.
 *
 * @throws ExplainedError when the server refuses a request or an event of it, when what answers is no stats URL, or when
 * an array could not be delivered in several attempts. Requests on their way are finished first.
 */
export async function sendRequests(requests: Iterable<SimulatedRequest>, options: SendOptions): Promise<SendResult> {
	const { rate, concurrency, signal, onProgress } = options;
	const queue = requests[Symbol.iterator]();
	const result = { sent: [] as SimulatedRequest[], lost: [] as SimulatedRequest[], retries: 0 };
	const lastOfDevice = new Map<string, Promise<void>>();
	let nextStart: Promise<unknown> = Promise.resolve();
	let events = 0;
	let isEnded = false;

	const deliver = async (request: SimulatedRequest) => {
		const { outcome, retries } = await sendAsPlugin(request, options);
		result[outcome].push(request);
		result.retries += retries;
		events += eventsOf(request);
		onProgress?.({ requests: result.sent.length + result.lost.length, events, retries: result.retries });
	};

	const deliverInTurn = async (request: SimulatedRequest) => {
		const delivery = Promise.all([lastOfDevice.get(request.deviceId), nextStart]).then(() => deliver(request));
		lastOfDevice.set(request.deviceId, delivery);
		nextStart = nextStart.then(() => pause(1_000 / rate, options));
		await delivery;
	};

	const work = async () => {
		try {
			for (let next = queue.next(); !next.done; next = queue.next()) {
				await deliverInTurn(next.value);
				if (isEnded || signal?.aborted) return;
			}
		} catch (error) {
			isEnded = true;
			throw error;
		}
	};

	const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
	const failed = workers.find(({ status }) => status === "rejected");
	if (failed?.status === "rejected") throw failed.reason;
	return result;
}

/** How many events a request holds. */
export function eventsOf({ body }: SimulatedRequest): number {
	return Array.isArray(body) ? body.length : 1;
}

type Delivery = { readonly outcome: "sent" | "lost"; readonly retries: number };

async function sendAsPlugin({ body }: SimulatedRequest, options: SendOptions): Promise<Delivery> {
	const { url, signal } = options;
	for (let attempt = 1; ; attempt += 1) {
		const answer = await post(body, options);
		if (answer.isOk) return { outcome: "sent", retries: attempt - 1 };
		if (!answer.isTransient) throw new ExplainedError(`${url} refused a request: ${answer.problem} ${answer.remedy}`);
		if (!Array.isArray(body) || signal?.aborted) return { outcome: "lost", retries: attempt - 1 };
		if (attempt === MAX_ATTEMPTS) {
			throw new ExplainedError(
				`${url} did not take a request in ${MAX_ATTEMPTS} attempts: ${answer.problem} ${answer.remedy}`,
			);
		}
		await pause(Math.max(FIRST_PAUSE_MS * 2 ** (attempt - 1), answer.retryAfterMs), options);
	}
}

async function pause(milliseconds: number, { sleep = sleepFor, signal }: SendOptions): Promise<void> {
	try {
		await sleep(milliseconds, undefined, signal ? { signal } : {});
	} catch (error) {
		if (!signal?.aborted) throw error;
	}
}
