import { type DeviceEvent, eventOrderTime } from "./deviceEvent.ts";

/** What a device runs, by the newest event that tells. */
export type RunningVersion = {
	/** Null after a rollback, until an event names what runs instead. */
	readonly version: string | null;
	/** When the event happened, in milliseconds since the epoch. */
	readonly at: number;
	readonly eventId: string;
	/** The version that a `set` replaced. */
	readonly replacedVersion?: string | undefined;
	/** Whether the event made it so (`set`, `reset`, `revert`, `update_fail`); others only say by the way what runs. */
	readonly isChange: boolean;
	/** Whether the event had no timestamp: it may be older than it looks. */
	readonly isUntimed: boolean;
};

/** Requests of a plugin without timestamps that overtake each other arrive within this time, in milliseconds. */
const OVERTAKING_MS = 60 * 1_000;

/** An event that only confirms what runs is worth a write when it is so much newer, in milliseconds. */
const CONFIRMATION_STEP_MS = 10 * 60 * 1_000;

/** What an event says of the version that its device runs; undefined when it says nothing of it. */
export function runningVersionOf(event: DeviceEvent): RunningVersion | undefined {
	const { effect, version, replacedVersion } = event;
	const said = { at: eventOrderTime(event), eventId: event.id, isUntimed: !event.hasTimestamp };
	switch (effect.kind) {
		case "installed":
			return { ...said, version, isChange: true, replacedVersion };
		case "returned":
			return { ...said, version, isChange: true };
		case "rolled back":
			return { ...said, version: null, isChange: true };
		case "runs":
			return { ...said, version, isChange: false };
		case "none":
		case "opened":
		case "downloaded":
		case "failed":
			return undefined;
	}
}

/** The newer of what is known and what an event says, in whatever order the two come. */
export function newerRunningVersion(known: RunningVersion | undefined, said: RunningVersion): RunningVersion {
	if (known === undefined) return said;
	if (isConfirmation(known, said)) return known;
	if (isOvertaken(known, said)) return known;
	if (isOvertaken(said, known)) return said;
	const isNewer = said.at > known.at || (said.at === known.at && said.eventId > known.eventId);
	return isNewer ? said : known;
}

/** Whether two say the same, so that the second is not worth a write. */
function isConfirmation(known: RunningVersion, said: RunningVersion): boolean {
	return !said.isChange && known.version === said.version && said.at < known.at + CONFIRMATION_STEP_MS;
}

/** Whether `late` was sent before the `set` that replaced its version, and arrived after it. */
function isOvertaken(set: RunningVersion, late: RunningVersion): boolean {
	if (set.replacedVersion === undefined || set.replacedVersion !== late.version) return false;
	if (late.isChange || !late.isUntimed) return false;
	return late.at >= set.at && late.at <= set.at + OVERTAKING_MS;
}
