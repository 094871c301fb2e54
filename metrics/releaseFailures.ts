import { failureOf, namesCrash } from "../functions/src/events/actions.ts";
import type { Audience } from "./definitions.ts";
import type { EventDocument } from "./documents.ts";

/** What a failure counts as: against the release, or not at all. */
export type Consequence = "failed" | "could not download" | "crashed" | "not judged";

/** Failures of one kind: the same action, reason and file. */
export type FailureGroup = FailureKind & {
	readonly consequence: Consequence;
	readonly reports: number;
	/** Distinct devices. */
	readonly devices: number;
	/** Milliseconds since the epoch. */
	readonly firstAt: number;
	readonly lastAt: number;
};

export type FailureKind = {
	readonly action: string;
	/** What the device says of it, in a line; empty where it says nothing. */
	readonly reason: string;
	/** Empty where it is about no file. */
	readonly file: string;
};

/** A device behind failures, once. */
export type FailedDevice = {
	/** Its newest report. */
	readonly newest: EventDocument;
	readonly reports: number;
	readonly firstAt: number;
};

/** The entries of an event's metadata that may hold a reason, the most telling first. */
const REASONS = ["reason", "error", "message", "error_type", "source"] as const;

/** A reason is cut to this many characters. */
const MAX_REASON_LENGTH = 160;

/** What kind of failure an event tells of. */
export function failureKindOf({ action, message, metadata, file }: EventDocument): FailureKind {
	const said = [message, ...REASONS.map((name) => metadata?.[name])].find((text) => text?.trim());
	const [line = ""] = (said ?? "").trim().split("\n");
	return { action, reason: line.slice(0, MAX_REASON_LENGTH), file: file ?? "" };
}

/** Whether an event is of a kind, of which not all has to be given. */
export function isOfKind(event: EventDocument, { action, reason, file }: Partial<FailureKind>): boolean {
	const kind = failureKindOf(event);
	return (
		(action === undefined || kind.action === action) &&
		(reason === undefined || kind.reason === reason) &&
		(file === undefined || kind.file === file)
	);
}

/** Whether an event is one of an audience's. */
export function isOfAudience({ is_prod, is_emulator }: EventDocument, audience: Audience): boolean {
	return audience === "all" || (is_prod && !is_emulator);
}

/** Groups failures by action, reason and file, those of the most devices first. */
export function groupFailures(events: readonly EventDocument[]): readonly FailureGroup[] {
	const groups = Map.groupBy(events, (event) => JSON.stringify(failureKindOf(event)));
	return [...groups.values()]
		.flatMap((ofKind): FailureGroup[] => {
			const [event] = ofKind;
			if (event === undefined) return [];
			const times = ofKind.map(({ occurred_at }) => occurred_at.toMillis());
			return [
				{
					...failureKindOf(event),
					consequence: consequenceOf(event.action),
					reports: ofKind.length,
					devices: new Set(ofKind.map(({ device_id }) => device_id)).size,
					firstAt: Math.min(...times),
					lastAt: Math.max(...times),
				},
			];
		})
		.toSorted((a, b) => Number(isCounted(b)) - Number(isCounted(a)) || b.devices - a.devices || b.lastAt - a.lastAt);
}

function isCounted({ consequence }: FailureGroup): boolean {
	return consequence !== "not judged";
}

/** What a failure of this action counts as. */
export function consequenceOf(action: string): Consequence {
	if (namesCrash(action)) return "crashed";
	switch (failureOf(action)) {
		case "update":
			return "failed";
		case "download":
			return "could not download";
		case undefined:
			return "not judged";
	}
}

/** The devices behind failures, each once, by its newest report, newest first. */
export function devicesBehind(events: readonly EventDocument[]): readonly FailedDevice[] {
	const byDevice = Map.groupBy(events, ({ device_id }) => device_id);
	return [...byDevice.values()]
		.flatMap((ofDevice): FailedDevice[] => {
			const ordered = ofDevice.toSorted((a, b) => b.occurred_at.toMillis() - a.occurred_at.toMillis());
			const [newest] = ordered;
			const first = ordered.at(-1);
			if (newest === undefined || first === undefined) return [];
			return [{ newest, reports: ordered.length, firstAt: first.occurred_at.toMillis() }];
		})
		.toSorted((a, b) => b.newest.occurred_at.toMillis() - a.newest.occurred_at.toMillis());
}
