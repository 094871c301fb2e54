import { type Firestore, Timestamp } from "@google-cloud/firestore";
import { appIdOfPath, appPath, COLLECTIONS, JUDGING_DOCUMENT } from "../firestore/paths.ts";
import { type ChangedApp, judgeApp } from "./judgeChanges.ts";
import { type Backlog, type SweepOptions, type SweepResult, sweep } from "./sweep.ts";
import { millisOf } from "./verdictDocument.ts";
import { watchApp } from "./watchApp.ts";

/** Counters that a commit writes while a run reads may be missed by it: the next run looks so far back, in milliseconds. */
const OVERLAP_MS = 60_000;

/** Apps, and verdicts that are due, in one run at the most. The others come in the next. */
const MAX_APPS = 500;
const MAX_DUE = 500;

/** What a run did. */
export type WatchResult = SweepResult & {
	/** Verdicts that it wrote. */
	readonly judged: number;
};

/**
 * One run of the schedule: counts what its trigger left, judges what changed, and tells of what is wrong.
 *
 * Reads of a quiet run: one for each of the 32 shards of uncounted events, and four for the apps that changed, the verdicts
 * that are due, the apps that fell silent, and where the last run ended. Of an app with traffic: see {@link judgeApp}.
 */
export async function watch(db: Firestore, options: SweepOptions): Promise<WatchResult> {
	const swept = await sweep(db, options);
	const now = options.now();
	const state = await db.doc(JUDGING_DOCUMENT).get();
	const since = (millisOf(state.get("judged_until")) ?? 0) - OVERLAP_MS;
	const waitingBefore = namesIn(state.get("waiting_apps"));
	const [changed, due, silent] = await Promise.all([changedApps(db, since), dueVersions(db, now), silentApps(db, now)]);

	let judged = 0;
	const apps = new Map(changed.apps.map((app) => [app.appId, app]));
	for (const appId of due.keys()) {
		if (!apps.has(appId)) apps.set(appId, await readApp(db, appId));
	}
	for (const app of apps.values()) judged += await judgeApp(db, app, { since, due: due.get(app.appId) ?? [], now });
	const watched = new Set([
		...changed.apps.map(({ appId }) => appId),
		...silent,
		...swept.backlog.keys(),
		...waitingBefore,
	]);
	for (const appId of watched) {
		const lastEventAt = apps.get(appId)?.lastEventAt ?? null;
		await watchApp(db, { appId, lastEventAt, waiting: swept.backlog.get(appId)?.events ?? 0 }, now);
	}
	await writeState(db, changed.readAt, swept.backlog);
	return { ...swept, judged };
}

type WatchedApp = ChangedApp & { readonly lastEventAt: number | null };

async function changedApps(db: Firestore, since: number) {
	const { docs, readTime } = await db
		.collection(COLLECTIONS.apps)
		.where("last_event_at", ">=", Timestamp.fromMillis(Math.max(0, since)))
		.orderBy("last_event_at", "desc")
		.limit(MAX_APPS)
		.get();
	const apps = docs.map(
		(app): WatchedApp => ({
			appId: appIdOfPath(app.ref.path),
			limits: app.get("limits"),
			lastEventAt: millisOf(app.get("last_event_at")),
		}),
	);
	return { apps, readAt: readTime };
}

async function readApp(db: Firestore, appId: string): Promise<WatchedApp> {
	const app = await db.doc(appPath(appId)).get();
	return { appId, limits: app.get("limits"), lastEventAt: millisOf(app.get("last_event_at")) };
}

/** The versions that are to be judged though nothing changed, by app. */
async function dueVersions(db: Firestore, now: number): Promise<ReadonlyMap<string, readonly string[]>> {
	const { docs } = await db
		.collectionGroup(COLLECTIONS.verdicts)
		.where("rejudge_at", "<=", Timestamp.fromMillis(now))
		.limit(MAX_DUE)
		.get();
	const apps = Map.groupBy(docs, ({ ref }) => appIdOfPath(ref.path));
	return new Map([...apps].map(([appId, verdicts]) => [appId, verdicts.map((doc) => String(doc.get("version_name")))]));
}

/** The apps that have sent nothing for longer than they ever do. */
async function silentApps(db: Firestore, now: number): Promise<readonly string[]> {
	const { docs } = await db
		.collectionGroup(COLLECTIONS.watch)
		.where("silent_after", "<=", Timestamp.fromMillis(now))
		.limit(MAX_APPS)
		.get();
	return docs.map(({ ref }) => appIdOfPath(ref.path));
}

async function writeState(db: Firestore, judgedUntil: Timestamp, backlog: Backlog): Promise<void> {
	await db.doc(JUDGING_DOCUMENT).set({ judged_until: judgedUntil, waiting_apps: [...backlog.keys()] });
}

function namesIn(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
