import { type DocumentSnapshot, type Firestore, Timestamp } from "@google-cloud/firestore";
import { pagesOf } from "../firestore/pages.ts";
import { appIdOfPath, appPath, COLLECTIONS, JUDGING_DOCUMENT } from "../firestore/paths.ts";
import { type ChangedApp, judgeApp, OVERLAP_MS } from "./judgeChanges.ts";
import { type SweepOptions, type SweepResult, sweep } from "./sweep.ts";
import { millisOf } from "./verdictDocument.ts";
import { watchApp } from "./watchApp.ts";

/** Apps that are read at a time. */
const PAGE_SIZE = 300;

/** Verdicts that are due, and apps that fell silent, in one run at the most. The others come in the next. */
const MAX_DUE = 500;
const MAX_SILENT = 500;

/** What a run did. */
export type WatchResult = SweepResult & {
	/** Verdicts that it wrote. */
	readonly judged: number;
};

/** What a run needs of the world. */
export type WatchOptions = SweepOptions & {
	/** Hears why an app could not be judged or watched; the next run tries it again. */
	readonly onAppFailure: (appId: string, cause: unknown) => void;
};

/**
 * One run of the schedule: counts what its trigger left, judges what changed, and tells of what is wrong.
 *
 * Reads of a quiet run: one for each of the 32 shards of uncounted events, and four for the apps that changed, the verdicts
 * that are due, the apps that fell silent, and where the last run ended. Of an app with traffic: see {@link judgeApp}.
 */
export async function watch(db: Firestore, options: WatchOptions): Promise<WatchResult> {
	const swept = await sweep(db, options);
	const now = options.now();
	const state = await db.doc(JUDGING_DOCUMENT).get();
	const judgedUntil = millisOf(state.get("judged_until")) ?? 0;
	const since = judgedUntil - OVERLAP_MS;
	const [changed, due, silent] = await Promise.all([changedApps(db, since), dueVersions(db, now), silentApps(db, now)]);
	const changedById = new Map(changed.apps.map((app) => [app.appId, app]));
	const toWatch = new Set([
		...changedById.keys(),
		...silent,
		...swept.backlog.keys(),
		...namesIn(state.get("waiting_apps")),
	]);

	let judged = 0;
	const failed: string[] = [];
	for (const appId of new Set([...changedById.keys(), ...due.keys(), ...toWatch])) {
		// What keeps one app from being judged keeps no other: its changes are looked for again in the next run.
		try {
			const app = changedById.get(appId) ?? (await readApp(db, appId));
			if (changedById.has(appId) || due.has(appId)) {
				judged += await judgeApp(db, app, { since, due: due.get(appId) ?? [], now });
			}
			const waiting = swept.backlog.get(appId)?.events ?? 0;
			if (toWatch.has(appId)) await watchApp(db, { appId, lastEventAt: app.lastEventAt, waiting }, now);
		} catch (error) {
			failed.push(appId);
			options.onAppFailure(appId, error);
		}
	}
	const nextFrom = failed.length === 0 ? changed.readAt : Timestamp.fromMillis(judgedUntil);
	await writeState(db, { judgedUntil: nextFrom, ranAt: now, waitingApps: [...swept.backlog.keys(), ...failed] });
	return { ...swept, judged };
}

type WatchedApp = ChangedApp & { readonly lastEventAt: number | null };

/** The apps of which something was counted, page by page. */
async function changedApps(db: Firestore, since: number) {
	const changed = db
		.collection(COLLECTIONS.apps)
		.where("last_event_at", ">=", Timestamp.fromMillis(Math.max(0, since)))
		.orderBy("last_event_at", "desc");
	const apps: WatchedApp[] = [];
	let readAt: Timestamp | undefined;
	for await (const { docs, readTime } of pagesOf(changed, PAGE_SIZE)) {
		// What is counted after the first page was read is looked for in the next run.
		readAt ??= readTime;
		apps.push(...docs.map(seenApp));
	}
	return { apps, readAt: readAt ?? Timestamp.fromMillis(since) };
}

function seenApp(app: DocumentSnapshot): WatchedApp {
	return {
		appId: appIdOfPath(app.ref.path),
		limits: app.get("limits"),
		lastEventAt: millisOf(app.get("last_event_at")),
	};
}

async function readApp(db: Firestore, appId: string): Promise<WatchedApp> {
	return seenApp(await db.doc(appPath(appId)).get());
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
		.limit(MAX_SILENT)
		.get();
	return docs.map(({ ref }) => appIdOfPath(ref.path));
}

type NewState = {
	readonly judgedUntil: Timestamp;
	readonly ranAt: number;
	readonly waitingApps: readonly string[];
};

async function writeState(db: Firestore, { judgedUntil, ranAt, waitingApps }: NewState): Promise<void> {
	await db.doc(JUDGING_DOCUMENT).set({
		judged_until: judgedUntil,
		// Whoever shows a verdict sees by it that the schedule runs.
		ran_at: Timestamp.fromMillis(ranAt),
		waiting_apps: waitingApps,
	});
}

function namesIn(value: unknown): readonly string[] {
	return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
