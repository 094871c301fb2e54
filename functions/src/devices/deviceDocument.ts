import { type DocumentData, Timestamp } from "@google-cloud/firestore";
import * as z from "zod";
import { utcDay } from "../events/eventTime.ts";
import { DAY_MS } from "../events/time.ts";
import { decodeDocumentId, encodeDocumentId } from "../firestore/documentId.ts";
import { deviceFields } from "../firestore/documents.ts";
import type { Device } from "./device.ts";
import type { Flag } from "./flags.ts";
import { flagsOf, type ReleaseFacts } from "./releaseFacts.ts";
import type { RunningVersion } from "./runningVersion.ts";

/** Whatever somebody wrote by hand reads as nothing: a device's document must never keep an event from being counted. */
const time = z
	.instanceof(Timestamp)
	.transform((stored) => stored.toMillis())
	.optional()
	.catch(undefined);

const releaseSchema = z.object({
	tried_on: z.iso.date(),
	tried_as_dev: z.boolean().catch(false),
	opened_at: time,
	opened_untimed_at: time,
	end_arrived_at: time,
	downloaded_at: time,
	download_failed_at: time,
	installed_at: time,
	failed_at: time,
	began_at: time,
	has_run: z.boolean().optional().catch(undefined),
	crashed_at: z
		.array(z.instanceof(Timestamp).transform((stored) => stored.toMillis()))
		.optional()
		.catch(undefined),
});

const deviceSchema = z.object({
	is_dev: z.boolean().catch(false),
	last_action: z.string().catch(""),
	described_at: time,
	first_seen_at: time,
	last_seen_at: time,
	version_name: z.string().nullable().catch(null),
	running: z
		.object({
			at: z.instanceof(Timestamp).transform((stored) => stored.toMillis()),
			event_id: z.string(),
			replaced: z.string().optional(),
			is_change: z.boolean(),
			is_untimed: z.boolean(),
		})
		.optional()
		.catch(undefined),
	releases: z.record(z.string(), releaseSchema.nullable().catch(null)).catch({}),
});

/** Reads a device's document. One that only holds how many events were dropped is no device yet. */
export function readDevice(data: DocumentData | undefined): Device | undefined {
	const parsed = deviceSchema.safeParse(data);
	if (!parsed.success) return undefined;
	const { first_seen_at: firstSeenAt, last_seen_at: lastSeenAt, running, releases, ...stored } = parsed.data;
	if (firstSeenAt === undefined || lastSeenAt === undefined) return undefined;
	return {
		fields: deviceFields(data ?? {}),
		isDev: stored.is_dev,
		running: running && {
			version: stored.version_name,
			at: running.at,
			eventId: running.event_id,
			replacedVersion: running.replaced,
			isChange: running.is_change,
			isUntimed: running.is_untimed,
		},
		lastAction: stored.last_action,
		describedAt: stored.described_at ?? 0,
		firstSeenAt,
		lastSeenAt,
		releases: new Map(
			Object.entries(releases).flatMap(([id, release]) =>
				release === null ? [] : [[decodeDocumentId(id), readRelease(release)] as const],
			),
		),
	};
}

function readRelease(stored: z.output<typeof releaseSchema>): ReleaseFacts {
	return {
		triedOn: stored.tried_on,
		isDev: stored.tried_as_dev,
		openedAt: stored.opened_at,
		openedUntimedAt: stored.opened_untimed_at,
		endArrivedAt: stored.end_arrived_at,
		downloadedAt: stored.downloaded_at,
		downloadFailedAt: stored.download_failed_at,
		installedAt: stored.installed_at,
		failedAt: stored.failed_at,
		beganAt: stored.began_at,
		hasRun: stored.has_run,
		crashedAt: stored.crashed_at,
	};
}

/**
 * The lists by which devices are found that did something with a release, with the flag that each stands for. Firestore
 * can't ask for a map's keys.
 */
export const VERSION_LISTS = [
	["tried_versions", "tried"],
	["ran_versions", "ran"],
	["failed_versions", "failed"],
	["download_failed_versions", "download_failed"],
	["crashed_versions", "crashed"],
] as const satisfies readonly (readonly [string, Flag])[];

/** A field of a device's document, by its path, with its value; undefined where the device has none. */
export type DeviceFieldValue = readonly [path: readonly [string, ...string[]], value: unknown];

/**
 * The fields of a device's document that tell of its present state, and of those releases that differ from what is stored.
 *
 * @param retentionDays Days after which a device that is not seen any more is forgotten; 0 keeps it.
 */
export function deviceDocumentFields(
	known: Device | undefined,
	device: Device,
	retentionDays: number,
): readonly DeviceFieldValue[] {
	const { running, releases, fields, lastSeenAt } = device;
	const changed = [...releases].filter(([version, facts]) => known?.releases.get(version) !== facts);
	const forgotten = [...(known?.releases.keys() ?? [])].filter((version) => !releases.has(version));
	return [
		...Object.entries(fields).map(([name, value]): DeviceFieldValue => [[name], value ?? undefined]),
		[["is_dev"], device.isDev],
		[["version_name"], running?.version ?? undefined],
		[["running"], running && runningFields(running)],
		[["last_action"], device.lastAction],
		[["described_at"], Timestamp.fromMillis(device.describedAt)],
		[["first_seen_at"], Timestamp.fromMillis(device.firstSeenAt)],
		[["last_seen_at"], Timestamp.fromMillis(lastSeenAt)],
		[["active_on"], utcDay(lastSeenAt)],
		[["expire_at"], retentionDays === 0 ? null : Timestamp.fromMillis(lastSeenAt + retentionDays * DAY_MS)],
		...changed.map(
			([version, facts]): DeviceFieldValue => [["releases", encodeDocumentId(version)], releaseFields(facts)],
		),
		...forgotten.map((version): DeviceFieldValue => [["releases", encodeDocumentId(version)], undefined]),
		...(changed.length > 0
			? VERSION_LISTS.map(([name, flag]): DeviceFieldValue => [[name], versionsWith(releases, flag)])
			: []),
	];
}

function versionsWith(releases: Device["releases"], flag: Flag): readonly string[] {
	return [...releases].filter(([, facts]) => flagsOf(facts).has(flag)).map(([version]) => version);
}

function runningFields({ at, eventId, replacedVersion, isChange, isUntimed }: RunningVersion) {
	return {
		at: Timestamp.fromMillis(at),
		event_id: eventId,
		...(replacedVersion !== undefined && { replaced: replacedVersion }),
		is_change: isChange,
		is_untimed: isUntimed,
	};
}

function releaseFields(facts: ReleaseFacts): DocumentData {
	const times = {
		opened_at: facts.openedAt,
		opened_untimed_at: facts.openedUntimedAt,
		end_arrived_at: facts.endArrivedAt,
		downloaded_at: facts.downloadedAt,
		download_failed_at: facts.downloadFailedAt,
		installed_at: facts.installedAt,
		failed_at: facts.failedAt,
		began_at: facts.beganAt,
	};
	const known = Object.entries(times).flatMap(([name, time]) =>
		time === undefined ? [] : [[name, Timestamp.fromMillis(time)] as const],
	);
	return {
		tried_on: facts.triedOn,
		...(facts.isDev && { tried_as_dev: true }),
		...Object.fromEntries(known),
		...(facts.hasRun && { has_run: true }),
		...(facts.crashedAt && { crashed_at: facts.crashedAt.map((time) => Timestamp.fromMillis(time)) }),
	};
}

/** Fields by path as one object, without those that have no value. */
export function nestedFields(fields: readonly DeviceFieldValue[]): DocumentData {
	const document: DocumentData = {};
	for (const [[name, key], value] of fields) {
		if (value === undefined) continue;
		document[name] = key === undefined ? value : { ...document[name], [key]: value };
	}
	return document;
}
