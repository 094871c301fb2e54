import type { DeviceCounts } from "../functions/src/devices/flags.ts";
import { OTHER_VERSION, UNKNOWN_VERSION } from "../functions/src/events/bundleVersion.ts";
import { judgeAmong, type ReleaseRecord } from "../functions/src/releases/judgeAmong.ts";
import type { Judgement } from "../functions/src/releases/judgeRelease.ts";
import { limitsOf } from "../functions/src/releases/limits.ts";
import { productionDevices, sumOfDevices } from "../functions/src/releases/productionDevices.ts";
import { isRelease } from "../functions/src/releases/releaseBefore.ts";
import type { Standing } from "../functions/src/releases/standingVerdict.ts";
import type { DayDocument, VersionDocument } from "./documents.ts";
import { formatCount, formatDevices } from "./format.ts";

/** A version with the counters of all its days, and what was said of it before. */
export type CountedVersion = {
	readonly document: VersionDocument;
	readonly days: readonly DayDocument[];
	readonly standing: Standing;
};

/** How a version does. */
export type ReleaseReport = {
	readonly version: string;
	/** Null for what can't be judged: what came with the app, and updates that aren't named. */
	readonly judgement: Judgement | null;
	/** Production devices since the version's first event. */
	readonly devices: DeviceCounts;
	/** The UTC day on which a device that first installed it tried it; null when none did. */
	readonly firstInstalledOn: string | null;
	/** Failed checks of devices that run it. */
	readonly failedChecks: number;
	/** Milliseconds since the epoch; null when nothing of it was counted. */
	readonly lastEventAt: number | null;
	readonly days: readonly { readonly day: string; readonly devices: DeviceCounts }[];
};

/**
 * Judges versions of an app, each among all of them.
 *
 * @param limits The `limits` of the app's document.
 * @param now Milliseconds since the epoch.
 * @returns The versions in the order in which they were first installed, newest first; those never installed last.
 */
export function reportReleases(
	versions: readonly CountedVersion[],
	limits: unknown,
	now: number,
): readonly ReleaseReport[] {
	const visible = versions.filter(({ document }) => !document.hidden);
	const records = new Map(visible.map((version) => [version.document.version_name, recordOf(version)]));
	return visible
		.map((version): ReleaseReport => {
			const { document, days } = version;
			const name = document.version_name;
			const record = records.get(name) ?? recordOf(version);
			const installed = record.cohorts.filter(({ devices }) => (devices.installed ?? 0) > 0).map(({ day }) => day);
			return {
				version: name,
				judgement: isRelease(name) ? judgeAmong(record, records, limitsOf(limits), now) : null,
				devices: sumOfDevices(record.cohorts.map(({ devices }) => devices)),
				firstInstalledOn: installed.toSorted()[0] ?? null,
				failedChecks: document.failed_checks ?? 0,
				lastEventAt: document.last_event_at?.toMillis() ?? null,
				days: days.map((day) => ({ day: day.day, devices: productionDevices(day) })),
			};
		})
		.toSorted(byFirstInstall);
}

/** What is said of a version that can't be judged. */
export function unjudgedSentence({ version, devices }: Pick<ReleaseReport, "version" | "devices">): string {
	if (version === OTHER_VERSION) return "Several versions that were too many for their day: they are not judged.";
	if (version !== UNKNOWN_VERSION) return "It came with the app: it is not judged.";
	const failed = devices.failed + devices.download_failed;
	if (failed === 0) return "No update that isn't named failed.";
	return `An update that isn't named failed on ${formatDevices(devices.failed)}; its download on ${formatCount(devices.download_failed)}.`;
}

function recordOf({ document, days, standing }: CountedVersion): ReleaseRecord {
	return {
		version: document.version_name,
		cohorts: days
			.map((day) => ({ day: day.day, devices: productionDevices(day) }))
			.filter(({ devices }) => devices.tried > 0),
		standing,
		isHidden: document.hidden === true,
		firstEventAt: document.first_event_at?.toMillis() ?? null,
	};
}

function byFirstInstall(a: ReleaseReport, b: ReleaseReport): number {
	const [dayA, dayB] = [a.firstInstalledOn ?? "", b.firstInstalledOn ?? ""];
	return dayB.localeCompare(dayA) || (b.lastEventAt ?? 0) - (a.lastEventAt ?? 0) || a.version.localeCompare(b.version);
}
