import type { Firestore } from "@google-cloud/firestore";
import type { Flag } from "../../functions/src/devices/flags.ts";
import { appPath, dayPath, versionPath } from "../../functions/src/firestore/paths.ts";

/** What the counters of one day of a release are to hold. Times are milliseconds since the epoch. */
export type CountedRelease = {
	readonly appId: string;
	readonly version: string;
	/** `YYYY-MM-DD` */
	readonly day: string;
	/** Production devices; those that aren't named are none. */
	readonly devices: Partial<Record<Flag, number>>;
	/** When the newest of them was counted. */
	readonly countedAt: number;
	/** When the first event of the release arrived, where that is to be told. */
	readonly firstEventAt?: number;
};

/** Writes the counters of a release as counting leaves them, as far as judging reads them. */
export async function countRelease(
	db: Firestore,
	{ appId, version, day, devices, countedAt, firstEventAt = countedAt }: CountedRelease,
): Promise<void> {
	const times = { last_event_at: new Date(countedAt), first_event_at: new Date(firstEventAt) };
	const batch = db.batch();
	batch.set(db.doc(appPath(appId)), { app_id: appId, events: 1, ...times }, { merge: true });
	batch.set(db.doc(versionPath(appId, version)), { app_id: appId, version_name: version, ...times }, { merge: true });
	batch.set(db.doc(dayPath(appId, version, day)), { app_id: appId, version_name: version, day, devices, ...times });
	await batch.commit();
}

/** The devices of a release on which so many failed, and all others came to run it. */
export function devicesOf(tried: number, failed: number): Partial<Record<Flag, number>> {
	return { tried, downloaded: tried, installed: tried, ran: tried - failed, failed };
}
