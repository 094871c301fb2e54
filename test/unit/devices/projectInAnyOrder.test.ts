import { expect } from "chai";
import * as fc from "fast-check";
import type { Device } from "../../../functions/src/devices/device.ts";
import type { DeviceEvent } from "../../../functions/src/devices/deviceEvent.ts";
import { FLAGS, type Flag } from "../../../functions/src/devices/flags.ts";
import { type DeviceOutcome, project } from "../../../functions/src/devices/project.ts";
import { flagsOf } from "../../../functions/src/devices/releaseFacts.ts";
import { DAY_MS, deviceEvent, HOUR_MS, NOON, type Said } from "./deviceEvents.ts";

const RELEASES = ["builtin", "3.4.6", "3.4.7", "3.4.8"] as const;

/** What a device may do next. Each changes what it runs only by the event that says so, as the plugins do. */
const step = fc.record({
	kind: fc.constantFrom(
		"live",
		"open",
		"complete",
		"install",
		"roll back",
		"reset",
		"crash",
		"fail named",
		"fail unnamed",
	),
	release: fc.constantFrom(...RELEASES),
	after: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 30 * HOUR_MS })),
	exitedBefore: fc.integer({ min: 0, max: 30 * HOUR_MS }),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A device's history; events of one inner array must not be told before those of the array before it. */
function historyOf(steps: readonly Step[]): readonly (readonly Said[])[] {
	let at = 0;
	let running: string = "builtin";
	const history: Said[][] = [[]];
	const tell = (said: Said) => history.at(-1)?.push({ at, id: `${at}-${history.flat().length}`, ...said });
	for (const { kind, release, after, exitedBefore } of steps) {
		at += after;
		switch (kind) {
			case "live":
				tell({ action: "app_moved_to_foreground", version_name: running });
				break;
			case "open":
				// Signs of a download that lie closer together are one: only the first of them is kept.
				at += 10 * 60 * 1_000;
				tell({ action: "download_10", version_name: release });
				break;
			case "complete":
				tell({ action: "download_complete", version_name: release });
				break;
			case "install":
				tell({ action: "set", version_name: release, replaces: running });
				running = release;
				break;
			case "roll back":
				tell({ action: "update_fail", version_name: running });
				at += 1;
				running = "builtin";
				tell({ action: "set", version_name: running });
				break;
			case "reset":
				running = "builtin";
				tell({ action: "reset", version_name: running });
				break;
			case "crash":
				tell({
					action: "app_crash_native",
					version_name: running,
					metadata: { exit_timestamp: String(NOON + at - exitedBefore) },
				});
				break;
			case "fail named":
				tell({ action: "finish_download_fail", version_name: release });
				break;
			case "fail unnamed":
				// It can be told from others only by what came before it.
				history.push([]);
				tell({ action: "checksum_fail", version_name: running });
				history.push([]);
				break;
		}
	}
	return history;
}

/** Delivers events in groups, some of them again, as counting does: what was counted is left out. */
function deliver(groups: readonly (readonly DeviceEvent[])[]) {
	const counted = new Map<string, DeviceOutcome>();
	let device: Device | undefined;
	for (const group of groups) {
		const [first, ...others] = group.filter(({ id }) => !counted.has(id));
		if (!first) continue;
		const projection = project(device, [first, ...others]);
		for (const [id, outcome] of projection.outcomes) counted.set(id, outcome);
		// What is not worth a write is forgotten.
		if (projection.isChanged) device = projection.device;
	}
	return { device, totals: totalsOf([...counted.values()]) };
}

/** What the events added to the counters, by release and flag. */
function totalsOf(outcomes: readonly DeviceOutcome[]): Readonly<Record<string, number>> {
	const totals: Record<string, number> = {};
	const add = (key: string, by: number) => {
		totals[key] = (totals[key] ?? 0) + by;
	};
	for (const { release, gained, lost } of outcomes) {
		for (const flag of gained) add(`${release} ${flag}`, 1);
		for (const flag of lost) add(`${release} ${flag}`, -1);
	}
	return Object.fromEntries(Object.entries(totals).filter(([, total]) => total !== 0));
}

function flagsByRelease(device: Device | undefined): Readonly<Record<string, number>> {
	const releases = [...(device?.releases ?? [])];
	return Object.fromEntries(
		releases.flatMap(([release, facts]) => [...flagsOf(facts)].map((flag) => [`${release} ${flag}`, 1])),
	);
}

/** The order of delivery, its groups and its repetitions, all by chance. */
const delivery = fc.record({
	order: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
	sizes: fc.infiniteStream(fc.integer({ min: 1, max: 4 })),
	repeats: fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
});

function shuffledGroups(
	history: readonly (readonly DeviceEvent[])[],
	{ order, sizes, repeats }: typeof delivery extends fc.Arbitrary<infer D> ? D : never,
): readonly (readonly DeviceEvent[])[] {
	const next = (stream: Iterator<number>) => stream.next().value as number;
	return history.flatMap((events) => {
		const shuffled = events
			.flatMap((event) => (next(repeats) === 0 ? [event, event] : [event]))
			.map((event) => ({ event, place: next(order) }))
			.sort((a, b) => a.place - b.place)
			.map(({ event }) => event);
		const groups: DeviceEvent[][] = [];
		while (shuffled.length > 0) groups.push(shuffled.splice(0, next(sizes)));
		return groups;
	});
}

describe("project, however the events are split, ordered and repeated", () => {
	const histories = fc.array(step, { minLength: 1, maxLength: 25 }).map(historyOf);

	it("gives the same totals, flags and running version", () => {
		fc.assert(
			fc.property(histories, delivery, (history, delivered) => {
				const events = history.map((said) => said.map(deviceEvent));
				const inOrder = deliver(events);
				const inAnyOrder = deliver(shuffledGroups(events, delivered));
				expect(inAnyOrder.totals).to.deep.equal(inOrder.totals);
				expect(flagsByRelease(inAnyOrder.device)).to.deep.equal(flagsByRelease(inOrder.device));
				expect(inAnyOrder.device?.running?.version).to.equal(inOrder.device?.running?.version);
			}),
			{ numRuns: 3_000 },
		);
	});

	it("counts no flag twice, and has every flag that another implies", () => {
		const implied: Readonly<Record<Flag, readonly Flag[]>> = {
			tried: [],
			downloaded: ["tried"],
			download_failed: ["tried"],
			installed: ["downloaded"],
			ran: ["downloaded"],
			failed: ["downloaded"],
			recovered: ["installed", "failed"],
			crashed: ["ran"],
			well: ["installed"],
		};
		fc.assert(
			fc.property(histories, delivery, (history, delivered) => {
				const events = history.map((said) => said.map(deviceEvent));
				const { device, totals } = deliver(shuffledGroups(events, delivered));
				expect(totals).to.deep.equal(flagsByRelease(device));
				for (const facts of device?.releases.values() ?? []) {
					const flags = flagsOf(facts);
					for (const flag of FLAGS) if (flags.has(flag)) expect([...flags]).to.include.members([...implied[flag]]);
				}
			}),
			{ numRuns: 1_000 },
		);
	});

	it("never looks at the clock: a history of years is as one of hours", () => {
		const said = ["set", "update_fail"].map((action, index) => ({
			action,
			version_name: "3.4.8",
			at: index * 400 * DAY_MS,
		}));
		expect(flagsByRelease(deliver([said.map(deviceEvent)]).device)).to.include({ "3.4.8 failed": 1 });
	});
});
