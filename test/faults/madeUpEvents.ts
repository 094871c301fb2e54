import { utcDay } from "../../functions/src/events/eventTime.ts";
import type { Event } from "../../functions/src/events/schema.ts";
import type { ReceivedEvent } from "../../functions/src/firestore/documents.ts";
import { type ExpectedCounts, expectedCounts } from "../../scripts/simulate/expectedCounts.ts";
import type { Random } from "../../scripts/simulate/random.ts";

/** Events, and what counting each of them once must give. */
export type MadeUpEvents = {
	readonly events: readonly ReceivedEvent[];
	readonly expected: Pick<ExpectedCounts, "events" | "versions">;
};

const DAY_MS = 24 * 60 * 60 * 1_000;

const ACTIONS = [
	{ action: "set", share: 4 },
	{ action: "get", share: 2 },
	{ action: "download_complete", share: 2 },
	{ action: "update_fail", share: 1 },
	{ action: "app_moved_to_foreground", share: 1 },
] as const;

/** One version is hot, as in a rollout. */
const VERSIONS = [
	{ version: "3.4.7", share: 16 },
	{ version: "3.4.6", share: 3 },
	{ version: "3.5.0-beta.1", share: 1 },
] as const;

/** Makes up events of an app that happened in the last three days. */
export function makeUpEvents(random: Random, appId: string, count: number): MadeUpEvents {
	const receivedAt = Date.now();
	const events = Array.from({ length: count }, (_, index) => ({
		id: `event-${index}`,
		event: makeUpEvent(random, appId, receivedAt),
		receivedAt,
	}));
	const counted = events.map(({ event }) => ({
		action: event.action,
		version: event.version_name,
		...(event.action === "set" && event.old_version_name !== undefined && { replacedVersion: event.old_version_name }),
		isDev: event.is_emulator || !event.is_prod,
		...(event.timestamp !== undefined && { timestamp: event.timestamp }),
	}));
	const { events: total, versions } = expectedCounts([{ counted, noise: 0, repeated: 0 }], utcDay(receivedAt));
	return { events, expected: { events: total, versions } };
}

function makeUpEvent(random: Random, appId: string, receivedAt: number): Event {
	const { version } = random.pickByShare(VERSIONS);
	return {
		app_id: appId,
		device_id: random.uuid(),
		platform: random.pick(["android", "ios"]),
		action: random.pickByShare(ACTIONS).action,
		version_name: version,
		version_build: "3.4.0",
		version_code: "30400",
		version_os: "15",
		plugin_version: "8.51.14",
		is_prod: random.chance(0.95),
		is_emulator: random.chance(0.05),
		...(random.chance(0.5) && { old_version_name: version === "3.4.6" ? "3.4.5" : "3.4.6" }),
		...(random.chance(0.9) && { timestamp: receivedAt - random.integer(0, 3 * DAY_MS) }),
	};
}
