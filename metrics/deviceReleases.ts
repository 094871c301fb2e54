import type { Flag } from "../functions/src/devices/flags.ts";
import { flagsOf, type ReleaseFacts } from "../functions/src/devices/releaseFacts.ts";
import { decodeDocumentId } from "../functions/src/firestore/documentId.ts";
import type { Moment, StoredRelease } from "./documents.ts";

/** What a device did with a release. */
export type DeviceRelease = {
	readonly version: string;
	readonly flags: ReadonlySet<Flag>;
	readonly facts: ReleaseFacts;
	/** The newest of its times, in milliseconds since the epoch. */
	readonly lastAt: number;
};

/** What a device did with each release, the newest first. Whatever somebody wrote by hand is left out. */
export function releasesOfDevice(
	stored: Readonly<Record<string, StoredRelease | null>> = {},
): readonly DeviceRelease[] {
	return Object.entries(stored)
		.flatMap(([id, release]): DeviceRelease[] => {
			if (typeof release?.tried_on !== "string") return [];
			const facts = factsOf(release);
			return [{ version: decodeDocumentId(id), facts, flags: flagsOf(facts), lastAt: newestTime(facts) }];
		})
		.toSorted((a, b) => b.lastAt - a.lastAt || a.version.localeCompare(b.version));
}

function factsOf(stored: StoredRelease): ReleaseFacts {
	return {
		triedOn: stored.tried_on,
		isDev: stored.tried_as_dev === true,
		openedAt: millis(stored.opened_at),
		downloadedAt: millis(stored.downloaded_at),
		downloadFailedAt: millis(stored.download_failed_at),
		installedAt: millis(stored.installed_at),
		failedAt: millis(stored.failed_at),
		beganAt: millis(stored.began_at),
		hasRun: stored.has_run === true,
		crashedAt: stored.crashed_at?.map((moment) => moment.toMillis()),
	};
}

function newestTime({
	triedOn,
	openedAt,
	downloadedAt,
	downloadFailedAt,
	installedAt,
	failedAt,
	crashedAt = [],
}: ReleaseFacts) {
	const times = [openedAt, downloadedAt, downloadFailedAt, installedAt, failedAt, ...crashedAt];
	return Math.max(Date.parse(triedOn), ...times.map((time) => time ?? 0));
}

function millis(moment: Moment | undefined): number | undefined {
	return moment?.toMillis();
}
