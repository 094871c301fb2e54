import { UNKNOWN_VERSION } from "../events/bundleVersion.ts";
import { utcDay } from "../events/eventTime.ts";
import type { Device } from "./device.ts";
import { type DeviceEvent, eventOrderTime } from "./deviceEvent.ts";
import type { Effect } from "./effect.ts";
import type { Flag } from "./flags.ts";
import {
	flagsOf,
	hasJustArrived,
	isClosed,
	isOpen,
	isSameFacts,
	mergeFacts,
	type NewFacts,
	type ReleaseFacts,
} from "./releaseFacts.ts";
import { newerRunningVersion, runningVersionOf } from "./runningVersion.ts";

/**
 * Releases that a device remembers at the most. For a further one that is forgotten which it tried the longest ago; none of
 * the same day, so that nobody can make a device forget within a day what it counts again.
 */
export const MAX_REMEMBERED_RELEASES = 200;

/** A device that says nothing new is written when it was last seen so long before, in milliseconds. */
const LAST_SEEN_STEP_MS = 10 * 60 * 1_000;

/** What an event adds to the counters of devices. */
export type DeviceOutcome = {
	/** The release that the event is about; absent when it is about none. */
	readonly release?: string | undefined;
	/** Whether it is a failed check: a download failed while no update was on its way. */
	readonly isFailedCheck?: boolean;
	/** Whether its device is new beyond its app's day: the event counts, its device doesn't. */
	readonly isUntracked?: boolean;
	/** The flags that the device gained by it, and those that it lost. */
	readonly gained: readonly Flag[];
	readonly lost: readonly Flag[];
	/** Where they count: the UTC day on which the device first tried the release, and whether it did so as a development build. */
	readonly triedOn?: string | undefined;
	readonly triedAsDev?: boolean | undefined;
};

/** What new events do to their device. */
export type Projection = {
	readonly device: Device;
	/** Whether the device is worth a write. */
	readonly isChanged: boolean;
	/** By the event's id. */
	readonly outcomes: ReadonlyMap<string, DeviceOutcome>;
};

/**
 * Decides what new events do to their device.
 *
 * For events with timestamps, in which every change of the running version comes with the event that made it (`set`,
 * `reset`, `revert`, `update_fail`), the flags, their totals and the running version are the same however the events are
 * split into calls, ordered and repeated; except that a failure that doesn't name its release needs the events before it.
 *
 * @param known The device as it is stored; undefined when it is new.
 * @param events Its events that were not projected before, in any order; at least one. An event that stands twice counts once.
 */
export function project(known: Device | undefined, events: readonly [DeviceEvent, ...DeviceEvent[]]): Projection {
	const inOrder = [...new Map(events.map((event) => [event.id, event])).values()].sort(byTime);
	const outcomes = new Map<string, DeviceOutcome>();
	const before = known ?? newDevice(events);
	let device = before;
	for (const event of inOrder) {
		const release = releaseOf(device, event);
		const { releases, outcome } = applyToRelease(device, event, release);
		outcomes.set(event.id, outcome);
		device = { ...device, releases, running: runningAfter(device, event), ...descriptionAfter(device, event) };
	}
	const lastSeenAt = Math.max(before.lastSeenAt, ...events.map(({ receivedAt }) => receivedAt));
	const isChanged = known === undefined || isWorthAWrite(before, device, lastSeenAt);
	return { device: { ...device, lastSeenAt }, isChanged, outcomes };
}

/**
 * What an event is about when nothing is known of its device: the release that it names itself. It gains no flag: many
 * phones may share the device's id.
 */
export function projectWithoutDevice(event: DeviceEvent): DeviceOutcome {
	const release = releaseOf({ releases: new Map(), running: undefined }, event);
	return release === undefined ? withoutRelease(event) : { release, gained: [], lost: [] };
}

/**
 * What the events of a device do that is new beyond its app's day. They are about no release and tell of no failed check:
 * what can't be bounded by devices is to be found among no release's failures either.
 */
export const UNTRACKED: DeviceOutcome = { isUntracked: true, gained: [], lost: [] };

function newDevice([first, ...others]: readonly [DeviceEvent, ...DeviceEvent[]]): Device {
	const firstSeenAt = Math.min(first.receivedAt, ...others.map(({ receivedAt }) => receivedAt));
	return {
		fields: {},
		isDev: first.isDev,
		running: undefined,
		lastAction: first.action,
		describedAt: 0,
		firstSeenAt,
		lastSeenAt: firstSeenAt,
		releases: new Map(),
	};
}

/** The release that an event is about; undefined when it is about none. */
function releaseOf(device: Pick<Device, "releases" | "running">, event: DeviceEvent): string | undefined {
	const { effect, version } = event;
	switch (effect.kind) {
		case "none":
			return undefined;
		case "opened":
		case "downloaded":
		case "installed":
		case "returned":
		case "runs":
			return version === UNKNOWN_VERSION ? undefined : version;
		case "rolled back":
			return version;
		case "failed":
			return effect.names === "target" ? version : unnamedRelease(device, event, effect);
	}
}

/**
 * The release that a failure is about which doesn't name it: the only one that is on its way to the device or, for a failure
 * of what has arrived, that arrived just now. A check that fails while none is on its way is about no release.
 */
function unnamedRelease(
	{ releases, running }: Pick<Device, "releases" | "running">,
	event: DeviceEvent,
	{ what, names, mayBeCheck }: Extract<Effect, { readonly kind: "failed" }>,
): string | undefined {
	const moments = { at: eventOrderTime(event), receivedAt: event.receivedAt };
	const isCandidate = (facts: ReleaseFacts) =>
		isOpen(facts, moments) || (what === "update" && hasJustArrived(facts, moments));
	const known = [...releases].filter(([, facts]) => isCandidate(facts)).map(([version]) => version);
	const candidates = new Set([
		...known,
		...event.targets.filter((target) => !isClosed(releases.get(target), moments.at)),
	]);
	// No device downloads what it runs: one that is on its way is the one that failed.
	if (candidates.has(event.version) && running?.version !== event.version) return event.version;
	if (names === "running") candidates.delete(event.version);
	const [only] = candidates;
	if (candidates.size === 1) return only;
	return candidates.size === 0 && mayBeCheck ? undefined : UNKNOWN_VERSION;
}

function withoutRelease({ effect }: DeviceEvent): DeviceOutcome {
	return { ...(effect.kind === "failed" && { isFailedCheck: true }), gained: [], lost: [] };
}

function applyToRelease(
	{ releases, running }: Device,
	event: DeviceEvent,
	release: string | undefined,
): { readonly releases: Device["releases"]; readonly outcome: DeviceOutcome } {
	if (release === undefined) return { releases, outcome: withoutRelease(event) };
	const known = releases.get(release);
	const day = utcDay(event.occurredAt);
	const remembered = known === undefined ? withRoom(releases, running?.version, day) : releases;
	if (remembered === undefined) return { releases, outcome: { release, gained: [], lost: [] } };

	const first: ReleaseFacts = known ?? { triedOn: day, isDev: event.isDev };
	const facts = mergeFacts(first, factsOf(event));
	if (known !== undefined && isSameFacts(known, facts)) return { releases, outcome: { release, gained: [], lost: [] } };

	const had: ReadonlySet<Flag> = known === undefined ? new Set() : flagsOf(known);
	const has = flagsOf(facts);
	const changes = {
		gained: [...has].filter((flag) => !had.has(flag)),
		lost: [...had].filter((flag) => !has.has(flag)),
	};
	const isCounted = changes.gained.length > 0 || changes.lost.length > 0;
	return {
		releases: new Map(remembered).set(release, facts),
		outcome: { release, ...changes, ...(isCounted && { triedOn: facts.triedOn, triedAsDev: facts.isDev }) },
	};
}

/** The releases with room for one that is tried on a day; undefined when there is none. */
function withRoom(
	releases: Device["releases"],
	running: string | null | undefined,
	day: string,
): Device["releases"] | undefined {
	if (releases.size < MAX_REMEMBERED_RELEASES) return releases;
	const before = [...releases].filter(([version, { triedOn }]) => version !== running && triedOn < day);
	const [first, ...others] = before;
	if (first === undefined) return undefined;
	const [oldest] = others.reduce((oldest, other) => (other[1].triedOn < oldest[1].triedOn ? other : oldest), first);
	return new Map([...releases].filter(([version]) => version !== oldest));
}

/** What an event says of the release that it is about. */
function factsOf(event: DeviceEvent): NewFacts {
	const { effect, receivedAt, hasTimestamp } = event;
	const at = eventOrderTime(event);
	switch (effect.kind) {
		case "none":
			return {};
		case "opened":
			return hasTimestamp ? { openedAt: at } : { openedUntimedAt: receivedAt };
		case "downloaded":
			return { downloadedAt: at, endArrivedAt: receivedAt };
		case "installed":
			return { installedAt: at, beganAt: at, endArrivedAt: receivedAt };
		case "returned":
			return { beganAt: at, hasRun: true };
		case "runs":
			return {
				beganAt: at,
				hasRun: true,
				...(effect.crashedAt !== undefined && { crashedAt: [effect.crashedAt] }),
			};
		case "rolled back":
			return { failedAt: at, endArrivedAt: receivedAt };
		case "failed":
			return {
				...(effect.what === "download" ? { downloadFailedAt: at } : { failedAt: at }),
				endArrivedAt: receivedAt,
			};
	}
}

function runningAfter({ running }: Device, event: DeviceEvent): Device["running"] {
	const said = runningVersionOf(event);
	const isNamed = said !== undefined && said.version !== UNKNOWN_VERSION;
	return isNamed ? newerRunningVersion(running, said) : running;
}

/** A request that arrives late says nothing of what the device is now. A field that isn't sent stays as it was. */
function descriptionAfter({ describedAt, fields }: Device, event: DeviceEvent) {
	const at = eventOrderTime(event);
	if (at < describedAt) return {};
	return { describedAt: at, fields: { ...fields, ...event.fields }, isDev: event.isDev, lastAction: event.action };
}

function isWorthAWrite(before: Device, after: Device, lastSeenAt: number): boolean {
	return (
		after.running !== before.running ||
		after.releases !== before.releases ||
		after.isDev !== before.isDev ||
		lastSeenAt >= before.lastSeenAt + LAST_SEEN_STEP_MS ||
		!isSameFields(before.fields, after.fields)
	);
}

/** A field that is null and one that is absent say the same: the device has none. */
function isSameFields(a: Device["fields"], b: Device["fields"]): boolean {
	return Object.entries(b).every(([name, value]) => (a[name] ?? null) === value);
}

function byTime(a: DeviceEvent, b: DeviceEvent): number {
	return (
		eventOrderTime(a) - eventOrderTime(b) || a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
	);
}
