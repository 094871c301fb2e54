import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Deliveries } from "./deliveries.ts";
import { type Design, hostDesign } from "./designs.ts";
import type { Figure } from "./figures.ts";
import { type Bench, type Measure, measureInRounds } from "./rounds.ts";

/** The designs that survive this load. */
const DESIGNS = ["countEvent", "precondition", "transaction"] as const;

const IN_FLIGHT = 500;

const DELIVERIES = 20_000;

const MAX_SECONDS = 5;

/** One delivery at a time creates the counters: 500 at a time that each want to create them would stand in a queue. */
const PRIMING_SECONDS = 0.5;

const SAMPLE_INTERVAL_MS = 100;

const KIB_A_MIB = 1_024;

/** What a new instance holds in memory before its first delivery, and at the most while it counts 500 at a time. */
export async function measureMemory(bench: Bench): Promise<readonly Figure[]> {
	const designs = DESIGNS.map((design) => {
		const deliveries = new Deliveries(bench, `com.example.${design}`, 1);
		return [design, measureInstance(bench, design, deliveries)] as const;
	});
	const points = [{ name: `1 version, ${IN_FLIGHT} at a time`, designs: Object.fromEntries(designs) }];
	return measureInRounds(bench, "memory", points, { warmUp: false });
}

function measureInstance(bench: Bench, design: Design, deliveries: Deliveries): Measure {
	return async () => {
		await deliveries.store(DELIVERIES);
		const host = await hostDesign(bench, design);
		try {
			const atRest = await residentMiB(host.pid);
			await deliveries.deliver(host.url, 1, PRIMING_SECONDS);
			const working = deliveries.deliver(host.url, IN_FLIGHT, MAX_SECONDS);
			const peak = await highestUntil(working, () => residentMiB(host.pid));
			await working;
			return { "MiB at rest": atRest, "MiB at most": peak };
		} finally {
			await host.stop();
		}
	};
}

async function highestUntil(work: Promise<unknown>, sample: () => Promise<number>): Promise<number> {
	let highest = 0;
	let isWorking = true;
	const done = work.finally(() => {
		isWorking = false;
	});
	while (isWorking) {
		highest = Math.max(highest, await sample());
		await Promise.race([done, setTimeout(SAMPLE_INTERVAL_MS)]);
	}
	return highest;
}

/** The resident set of a process: what Cloud Run counts against an instance's memory, shared libraries included. */
async function residentMiB(pid: number): Promise<number> {
	const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
	return Number(stdout) / KIB_A_MIB;
}
