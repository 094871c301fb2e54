import type { Device } from "../../functions/src/devices/device.ts";
import { MAX_REMEMBERED_RELEASES } from "../../functions/src/devices/project.ts";
import type { ReleaseFacts } from "../../functions/src/devices/releaseFacts.ts";
import { DEVICE_FIELDS } from "../../functions/src/events/schema.ts";
import { MAX_NAME_LENGTH } from "../../functions/src/events/sizes.ts";

/** The name of an index that is as long as a name may be, and takes as many bytes as that can: three for each code unit. */
export function longestName(index: number): string {
	return String(index).padStart(4, "0").padEnd(MAX_NAME_LENGTH, "語");
}

const LONGEST_FIELDS = Object.fromEntries(
	["app_id", "device_id", "platform", ...DEVICE_FIELDS].map((field) => [field, longestName(0)]),
);

/** A device of the largest size: it did all that can be known with as many releases as it remembers. */
export function fullDevice(at: number): Device {
	const facts: ReleaseFacts = {
		triedOn: "2026-11-25",
		isDev: true,
		openedAt: at,
		downloadedAt: at,
		downloadFailedAt: at,
		installedAt: at,
		failedAt: at,
		beganAt: at,
		hasRun: true,
		crashedAt: Array.from({ length: 16 }, (_, index) => at + index),
	};
	return {
		fields: LONGEST_FIELDS,
		isDev: true,
		running: {
			version: longestName(1),
			at,
			eventId: "e".repeat(32),
			replacedVersion: longestName(2),
			isChange: true,
			isUntimed: true,
		},
		lastAction: "a".repeat(64),
		describedAt: at,
		firstSeenAt: at,
		lastSeenAt: at,
		releases: new Map(Array.from({ length: MAX_REMEMBERED_RELEASES }, (_, index) => [longestName(index), facts])),
	};
}
