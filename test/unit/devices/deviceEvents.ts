import type { DeviceEvent } from "../../../functions/src/devices/deviceEvent.ts";
import { type EffectiveEvent, effectOf } from "../../../functions/src/devices/effect.ts";

export const HOUR_MS = 60 * 60 * 1_000;
export const DAY_MS = 24 * HOUR_MS;

/** The noon at which the tests' devices begin. */
export const NOON = Date.parse("2026-03-10T12:00:00.000Z");

/** What a test says of an event; the rest is what a current Android plugin sends. */
export type Said = Partial<EffectiveEvent> & {
	readonly action: string;
	/** Milliseconds after {@link NOON}. */
	readonly at?: number;
	/** Milliseconds from happening to arrival. */
	readonly delay?: number;
	readonly hasTimestamp?: boolean;
	readonly id?: string;
	readonly isDev?: boolean;
	readonly replaces?: string;
	readonly targets?: readonly string[];
	readonly fields?: DeviceEvent["fields"];
};

let count = 0;

/** An event as counting reads it from its document. */
export function deviceEvent(said: Said): DeviceEvent {
	const { action, at = 0, delay = 0, hasTimestamp = true, isDev = false, targets = [], fields = {} } = said;
	const occurredAt = NOON + at;
	count += 1;
	const event: EffectiveEvent = {
		platform: "android",
		plugin_version: "8.51.23",
		version_name: "3.4.7",
		...(hasTimestamp && { timestamp: occurredAt }),
		...said,
		action,
	};
	return {
		id: said.id ?? `event-${String(count).padStart(6, "0")}`,
		action,
		version: event.version_name,
		replacedVersion: said.replaces,
		isDev,
		occurredAt,
		receivedAt: occurredAt + delay,
		hasTimestamp,
		effect: effectOf(event, occurredAt),
		targets,
		fields,
	};
}
