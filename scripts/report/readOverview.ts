import type { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { dayBefore, lastDays } from "../../metrics/days.ts";
import { ACTIVE_DAYS, type Audience, TREND_DAYS } from "../../metrics/definitions.ts";
import type { AppDocument, DayDocument, VersionDocument } from "../../metrics/documents.ts";
import { summarizeVersion, type VersionSummary } from "../../metrics/overview.ts";
import { activeDevices, daysOfVersion, newestVersions, type QuerySpec } from "../../metrics/queries.ts";

type Firestore = ReturnType<typeof openFirestore>;

/** What the overview of the dashboard shows, read once. */
export type Overview = {
	readonly app: string;
	readonly audience: Audience;
	/** Milliseconds since the epoch; null when nothing was counted. */
	readonly lastEventAt: number | null;
	readonly activeDevices: number;
	/** Newest activity first. */
	readonly versions: readonly VersionSummary[];
};

/** What to read. `limit` is how many versions, `now` the present time in milliseconds since the epoch. */
export type OverviewRequest = {
	readonly appId: string;
	readonly audience: Audience;
	readonly limit: number;
	readonly now: number;
};

/** Reads an app's overview; null when the app sent nothing yet. */
export async function readOverview(db: Firestore, request: OverviewRequest): Promise<Overview | null> {
	const { appId, audience, limit, now } = request;
	const since = dayBefore(now, ACTIVE_DAYS);
	const [app, versions, active] = await Promise.all([
		db.doc(appPath(appId)).get(),
		read<VersionDocument>(db, newestVersions(appId, limit)),
		count(db, activeDevices(appId, since, audience)),
	]);
	if (versions.length === 0) return null;
	const lastEventAt = (app.data() as AppDocument | undefined)?.last_event_at?.toMillis() ?? null;
	const summaries = await Promise.all(versions.map((version) => summarize(db, version, since, request)));
	return { app: appId, audience, lastEventAt, activeDevices: active, versions: summaries };
}

async function summarize(
	db: Firestore,
	version: VersionDocument,
	since: string,
	{ appId, audience, now }: OverviewRequest,
): Promise<VersionSummary> {
	const days = lastDays(now, TREND_DAYS);
	const [from = "", to = ""] = [days[0], days.at(-1)];
	const [dayDocuments, active] = await Promise.all([
		read<DayDocument>(db, daysOfVersion(appId, version.version_name, from, to)),
		count(db, activeDevices(appId, since, audience, version.version_name)),
	]);
	return summarizeVersion(version, { audience, days, dayDocuments, activeDevices: active });
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
