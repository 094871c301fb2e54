import type { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath, verdictPath, versionPath } from "../../functions/src/firestore/paths.ts";
import { readVerdict } from "../../functions/src/watch/verdictDocument.ts";
import { dayBefore } from "../../metrics/days.ts";
import { ACTIVE_DAYS } from "../../metrics/definitions.ts";
import type { AppDocument, DayDocument, VersionDocument } from "../../metrics/documents.ts";
import { DROPPED_DAYS, droppedSince, untrackedSince } from "../../metrics/droppedEvents.ts";
import { activeDevices, allDaysOfVersion, newestVersions, type QuerySpec } from "../../metrics/queries.ts";
import { type CountedVersion, type ReleaseReport, reportReleases } from "../../metrics/releaseReport.ts";

type Firestore = ReturnType<typeof openFirestore>;

/** How an app's releases do, read and judged once. */
export type Report = {
	readonly app: string;
	/** Milliseconds since the epoch; null when nothing was counted. */
	readonly lastEventAt: number | null;
	readonly activeDevices: number;
	/** Events that had waited for more than ten minutes when the schedule last looked. */
	readonly waitingEvents: number;
	/** Events of the last days that were not stored because the app had sent more than a day's. */
	readonly droppedEvents: number;
	/** Events of the last days that count without their device because the app had more new ones than a day's. */
	readonly untrackedEvents: number;
	/** Since when nothing of it is stored, in milliseconds since the epoch; null when it is. */
	readonly pausedAt: number | null;
	readonly versions: readonly (ReleaseReport & { readonly activeDevices: number })[];
};

/** What to read. `limit` is how many versions, `now` the present time in milliseconds since the epoch. */
export type ReportRequest = {
	readonly appId: string;
	/** This version only; the others are read all the same, for the release before. */
	readonly version?: string | undefined;
	readonly limit: number;
	readonly now: number;
};

/** Reads and judges an app's releases; null when the app sent nothing yet. */
export async function readReport(db: Firestore, request: ReportRequest): Promise<Report | null> {
	const { appId, version, limit, now } = request;
	const since = dayBefore(now, ACTIVE_DAYS);
	const [app, versions, active] = await Promise.all([
		db.doc(appPath(appId)).get(),
		readVersions(db, request),
		count(db, activeDevices(appId, since, "production")),
	]);
	if (versions.length === 0) return null;
	const { last_event_at, backlog, limits, paused_at, dropped, untracked } = (app.data() ?? {}) as Partial<AppDocument>;
	const counted = await Promise.all(versions.map((document) => readCounted(db, appId, document)));
	const reports = reportReleases(counted, limits, now).filter(
		(report) => version === undefined || report.version === version,
	);
	return {
		app: appId,
		lastEventAt: last_event_at?.toMillis() ?? null,
		activeDevices: active,
		waitingEvents: backlog?.events ?? 0,
		droppedEvents: droppedSince({ dropped }, dayBefore(now, DROPPED_DAYS - 1)),
		untrackedEvents: untrackedSince({ untracked }, dayBefore(now, DROPPED_DAYS - 1)),
		pausedAt: paused_at?.toMillis() ?? null,
		versions: await Promise.all(
			reports.slice(0, limit).map(async (report) => ({
				...report,
				activeDevices: await count(db, activeDevices(appId, since, "production", report.version)),
			})),
		),
	};
}

/** The versions with the newest events, and the one that is asked for. */
async function readVersions(
	db: Firestore,
	{ appId, version, limit }: ReportRequest,
): Promise<readonly VersionDocument[]> {
	const newest = await read<VersionDocument>(db, newestVersions(appId, limit));
	if (version === undefined || newest.some(({ version_name }) => version_name === version)) return newest;
	const asked = await db.doc(versionPath(appId, version)).get();
	return asked.exists ? [...newest, asked.data() as VersionDocument] : newest;
}

async function readCounted(db: Firestore, appId: string, document: VersionDocument): Promise<CountedVersion> {
	const [days, verdict] = await Promise.all([
		read<DayDocument>(db, allDaysOfVersion(appId, document.version_name)),
		db.doc(verdictPath(appId, document.version_name)).get(),
	]);
	return { document, days, standing: readVerdict(verdict.data()) };
}

async function read<T>(db: Firestore, spec: QuerySpec): Promise<readonly T[]> {
	const snapshot = await toQuery(db, spec).get();
	return snapshot.docs.map((document) => document.data() as T);
}

async function count(db: Firestore, spec: QuerySpec): Promise<number> {
	const snapshot = await toQuery(db, spec).count().get();
	return snapshot.data().count;
}

/** A query in the words of the server's client library. */
function toQuery(db: Firestore, { collection, isGroup, where, orderBy, limit }: QuerySpec) {
	const source = isGroup ? db.collectionGroup(collection) : db.collection(collection);
	const filtered = where.reduce<ReturnType<typeof source.limit>>(
		(query, [field, operator, value]) => query.where(field, operator, value),
		source,
	);
	const ordered = orderBy ? filtered.orderBy(...orderBy) : filtered;
	return limit === undefined ? ordered : ordered.limit(limit);
}
