import type { Firestore } from "@google-cloud/firestore";
import { judgeApp } from "../../functions/src/watch/judgeChanges.ts";

/**
 * Judges the releases of a history that was written, as the schedule would: verdicts and alerts are there afterwards.
 *
 * @param now Milliseconds since the epoch.
 */
export async function judgeHistory(db: Firestore, appId: string, now: number): Promise<void> {
	await judgeApp(db, { appId, limits: undefined }, { since: 0, due: [], now });
}
