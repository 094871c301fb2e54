import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { HostedFunction } from "../../scripts/emulators/hostedFunction.ts";
import { Random } from "../../scripts/fleet/random.ts";
import { type HostileKind, hostileRequest } from "./hostileRequests.ts";
import { type HostileOutcome, sendHostile } from "./sendHostile.ts";
import { VALID_EVENT } from "./validEvent.ts";

/** Hostile requests on their way at a time. */
const CONCURRENCY = 16;

/** Hostile requests to one valid event. */
const VALID_EVERY = 50;

/** How often the memory of the function is looked at, in milliseconds. */
const MEMORY_INTERVAL_MS = 100;

/** The app of the valid events between. */
export const BYSTANDER_APP = "com.example.bystander";

/** What became of a campaign. */
export type CampaignReport = {
	/** How many hostile requests had each outcome, by kind. */
	readonly outcomes: ReadonlyMap<HostileKind, ReadonlyMap<HostileOutcome, number>>;
	/** Answers to the valid events between. */
	readonly validAnswers: readonly string[];
	/** Valid events answered, by their latency in milliseconds, fastest first. */
	readonly validLatenciesMs: readonly number[];
	/** The most resident memory of the function's process that was seen, in bytes. */
	readonly peakMemory: number;
	readonly seconds: number;
};

/**
 * Sends hostile requests to a hosted `stats`, and a valid event between them now and then.
 *
 * @param onProgress Called with how many hostile requests were answered.
 */
export async function attack(
	host: HostedFunction,
	{ requests, seed, onProgress }: { requests: number; seed: string; onProgress: (answered: number) => void },
): Promise<CampaignReport> {
	const outcomes = new Map<HostileKind, Map<HostileOutcome, number>>();
	const validAnswers: string[] = [];
	const validLatenciesMs: number[] = [];
	const startedAt = performance.now();
	const memory = watchMemory(host.pid);

	let next = 0;
	let answered = 0;
	const attackOn = async () => {
		while (next < requests) {
			const id = next++;
			const hostile = hostileRequest(new Random(`${seed}/${id}`));
			const outcome = await sendHostile(host.url, hostile);
			const ofKind = outcomes.get(hostile.kind) ?? new Map<HostileOutcome, number>();
			outcomes.set(hostile.kind, ofKind.set(outcome, (ofKind.get(outcome) ?? 0) + 1));
			if (id % VALID_EVERY === 0) {
				const sentAt = performance.now();
				validAnswers.push(await sendValid(host.url, id));
				validLatenciesMs.push(performance.now() - sentAt);
			}
			answered += 1;
			onProgress(answered);
		}
	};
	await Promise.all(Array.from({ length: CONCURRENCY }, attackOn));

	return {
		outcomes,
		validAnswers,
		validLatenciesMs: validLatenciesMs.sort((a, b) => a - b),
		peakMemory: await memory.peak(),
		seconds: (performance.now() - startedAt) / 1_000,
	};
}

/** Sends a valid event that no other one equals. */
async function sendValid(url: string, id: number): Promise<string> {
	const event = { ...VALID_EVENT, app_id: BYSTANDER_APP, device_id: `device-${id}` };
	const response = await fetch(url, { method: "POST", body: JSON.stringify(event) });
	return `${response.status} ${await response.text()}`;
}

/** Looks at the memory of a process now and then, until it is asked for the most that was seen, in bytes. */
export function watchMemory(pid: number): { peak(): Promise<number> } {
	let peak = 0;
	const look = async () => {
		peak = Math.max(peak, await residentMemory(pid));
	};
	const timer = setInterval(look, MEMORY_INTERVAL_MS);
	return {
		async peak() {
			clearInterval(timer);
			await look();
			return peak;
		},
	};
}

/** The resident memory of a process, in bytes. It rejects when there is no such process. */
async function residentMemory(pid: number): Promise<number> {
	// Linux tells it without a process that is started for each look: proc_pid_status(5).
	if (process.platform === "linux") {
		const [, kilobytes = "0"] = (await readFile(`/proc/${pid}/status`, "utf8")).match(/^VmRSS:\s*(\d+) kB$/m) ?? [];
		return Number(kilobytes) * 1_024;
	}
	const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
	return Number(stdout) * 1_024;
}
