import { FieldPath, type Firestore } from "@google-cloud/firestore";
import { utcDay } from "../events/eventTime.ts";
import { appPath, JUDGING_DOCUMENT, verdictPath, verdictsPath } from "../firestore/paths.ts";
import { millisOf } from "../watch/verdictDocument.ts";
import { type Health, healthOf } from "./healthOf.ts";
import type { AppMetrics } from "./metricsText.ts";

/** Releases of which metrics are told: the newest ones. */
const MAX_TOLD_RELEASES = 20;

/** Reads when the schedule last ran, in milliseconds since the epoch; null when it never did. One read. */
export async function readRanAt(db: Firestore): Promise<number | null> {
	return millisOf((await db.doc(JUDGING_DOCUMENT).get()).get("ran_at"));
}

/** Reads what is known of a release. One read. */
export async function readHealth(
	db: Firestore,
	release: { readonly app: string; readonly version: string },
	ranAt: number | null,
	now: number,
): Promise<Health> {
	const verdict = await db.doc(verdictPath(release.app, release.version)).get();
	return healthOf(release, verdict.data(), ranAt, now);
}

/** Reads an app's figures. A read for each of its 20 newest releases, and one. */
export async function readMetrics(db: Firestore, app: string, ranAt: number | null, now: number): Promise<AppMetrics> {
	const [document, { docs }] = await Promise.all([
		db.doc(appPath(app)).get(),
		db.collection(verdictsPath(app)).orderBy("appeared_on", "desc").limit(MAX_TOLD_RELEASES).get(),
	]);
	const numberIn = (...field: readonly string[]) => {
		const value: unknown = document.get(new FieldPath(...field));
		return typeof value === "number" ? value : 0;
	};
	return {
		app,
		releases: docs.map((verdict) => {
			return healthOf({ app, version: String(verdict.get("version_name")) }, verdict.data(), ranAt, now);
		}),
		waitingEvents: numberIn("backlog", "events"),
		droppedEvents: numberIn("dropped", utcDay(now)),
		untrackedEvents: numberIn("untracked", utcDay(now)),
		isPaused: document.get("paused_at") !== undefined,
		lastEventAt: millisOf(document.get("last_event_at")),
		ranAt,
	};
}
