import { parseEvent } from "../../functions/src/events/schema.ts";
import type { ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import type { Random } from "../../scripts/fleet/random.ts";
import type { Counters } from "../support/storedCounters.ts";
import { createExpectedCounters, type ExpectedEvent, type ExpectedReleases } from "./expectedCounters.ts";

/** Events, and what counting each of them once must give. */
export type MadeUpEvents = {
	readonly events: readonly ReceivedEvent[];
	readonly expected: {
		readonly events: number;
		readonly counters: Counters;
		/** What each device runs in the end, by its id; null where it runs nothing that is known. */
		readonly running: Readonly<Record<string, string | null>>;
	};
};

/** What devices do, in order, and what is then known of them: written down by hand from what each flag means. */
type Life = {
	readonly share: number;
	readonly events: (version: string) => readonly ExpectedEvent[];
	readonly releases: (version: string) => ExpectedReleases;
	readonly running: (version: string) => string | null;
};

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

/** What every device runs before its update. */
const BEFORE = "3.4.6";

/** Versions to which devices update. One is hot, as in a rollout. */
const VERSIONS = [
	{ version: "3.4.7", share: 9 },
	{ version: "3.5.0-beta.1", share: 1 },
] as const;

const RAN = ["tried", "downloaded", "ran"];
const start: ExpectedEvent = { action: "app_moved_to_foreground", version: BEFORE };
const update = (version: string): readonly ExpectedEvent[] => [
	start,
	{ action: "download_10", version },
	{ action: "download_complete", version },
	{ action: "set_next", version },
	{ action: "set", version, replaced: BEFORE },
];
const ready = (version: string): ExpectedEvent => ({ action: "app_launch_ready", version });
const rollback = (version: string): readonly ExpectedEvent[] => [
	{ action: "update_fail", version },
	{ action: "set", version: BEFORE, replaced: version },
];

const LIVES: readonly Life[] = [
	{
		share: 3,
		events: () => [start, { action: "app_moved_to_background", version: BEFORE }],
		releases: () => ({ [BEFORE]: RAN }),
		running: () => BEFORE,
	},
	{
		share: 6,
		events: (version) => [...update(version), ready(version), { action: "delete", version: BEFORE }],
		releases: (version) => ({ [BEFORE]: RAN, [version]: [...RAN, "installed", "well"] }),
		running: (version) => version,
	},
	{
		share: 2,
		events: (version) => [...update(version), ...rollback(version)],
		releases: (version) => ({
			[BEFORE]: [...RAN, "installed", "well"],
			[version]: ["tried", "downloaded", "installed", "failed"],
		}),
		running: () => BEFORE,
	},
	{
		share: 1,
		events: (version) => [...update(version), { action: "update_fail", version }],
		releases: (version) => ({ [BEFORE]: RAN, [version]: ["tried", "downloaded", "installed", "failed"] }),
		running: () => null,
	},
	{
		share: 1,
		events: (version) => [
			...update(version),
			...rollback(version),
			{ action: "set", version, replaced: BEFORE },
			ready(version),
		],
		releases: (version) => ({
			[BEFORE]: [...RAN, "installed", "well"],
			[version]: [...RAN, "installed", "failed", "recovered", "well"],
		}),
		running: (version) => version,
	},
	{
		share: 1,
		events: (version) => [...update(version), ready(version), { action: "app_crash", version }],
		releases: (version) => ({ [BEFORE]: RAN, [version]: [...RAN, "installed", "crashed"] }),
		running: (version) => version,
	},
	{
		share: 1,
		events: (version) => [start, { action: "download_10", version }, { action: "low_mem_fail", version }],
		releases: (version) => ({ [BEFORE]: RAN, [version]: ["tried", "download_failed"] }),
		running: () => BEFORE,
	},
	{
		share: 1,
		// It names what runs while nothing is on its way: a failed check, which is charged to nobody.
		events: () => [start, { action: "download_fail", version: BEFORE }],
		releases: () => ({ [BEFORE]: RAN }),
		running: () => BEFORE,
	},
];

/** An id that thousands of phones have: their events count, but nobody can say how many devices they are. */
const SHARED_ID = "00000000-0000-0000-0000-000000000000";
const SHARED_SHARE = 0.03;

/**
 * Makes up events of an app's devices that happened in the last three days, at least so many. Whatever a device does, it does
 * within one hour: on which day and in which hour it counts then doesn't depend on the order of deliveries.
 */
export function makeUpEvents(random: Random, appId: string, least: number): MadeUpEvents {
	const now = Date.now();
	const events: ReceivedEvent[] = [];
	const running: Record<string, string | null> = {};
	const expected = createExpectedCounters();
	while (events.length < least) {
		const { version } = random.pickByShare(VERSIONS);
		const life = random.pickByShare(LIVES);
		const isShared = random.chance(SHARED_SHARE);
		const device = madeUpDevice(random, appId, isShared);
		const hourStart = Math.floor((now - random.integer(2 * HOUR_MS, 3 * DAY_MS)) / HOUR_MS) * HOUR_MS;
		const [day = "", time = ""] = new Date(hourStart).toISOString().split("T");

		life.events(version).forEach((event, index) => {
			const at = hourStart + (index + 1) * 60_000 + random.integer(0, 59_999);
			events.push(
				received(`event-${events.length}`, { ...device.fields, ...wireFields(event) }, at, device.isTimed, now),
			);
			expected.addEvent(event, day, device.isDev);
			if (event.action === "download_fail") expected.addFailedCheck(event, day, device.isDev);
		});
		if (isShared) continue;
		expected.addDevice(life.releases(version), day, time.slice(0, 2), device.isDev);
		running[device.id] = life.running(version);
	}
	return { events, expected: { events: events.length, counters: expected.counters, running } };
}

function madeUpDevice(random: Random, appId: string, isShared: boolean) {
	const id = isShared ? SHARED_ID : random.uuid();
	const isDev = random.chance(0.1);
	const isTimed = random.chance(0.9);
	const fields = {
		app_id: appId,
		device_id: id,
		platform: "android",
		version_build: "3.4.0",
		version_code: "30400",
		version_os: "15",
		// The older one sends no timestamps.
		plugin_version: isTimed ? "8.51.14" : "7.34.2",
		is_prod: !isDev,
		is_emulator: false,
	};
	return { id, isDev, isTimed, fields };
}

function wireFields({ action, version, replaced }: ExpectedEvent) {
	return { action, version_name: version, ...(replaced !== undefined && { old_version_name: replaced }) };
}

function received(id: string, fields: object, at: number, isTimed: boolean, now: number): ReceivedEvent {
	const parsed = parseEvent(isTimed ? { ...fields, timestamp: at } : fields);
	if (!parsed.ok) throw new Error(`Not an event: ${JSON.stringify(parsed.issues)}`);
	return { id, event: parsed.event, receivedAt: isTimed ? now : at };
}
