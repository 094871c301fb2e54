import { encodeDocumentId } from "../functions/src/firestore/documentId.ts";
import { appPath, COLLECTIONS, eventsPath, versionPath } from "../functions/src/firestore/paths.ts";
import type { Audience } from "./definitions.ts";

/** A query as data, so that the page, the report and the test of `firestore.indexes.json` all mean the same one. */
export type QuerySpec = {
	/** The path of a collection, or with `isGroup` the name that all collections of the group have. */
	readonly collection: string;
	readonly isGroup?: boolean;
	readonly where: readonly Filter[];
	/** The documents with these ids, {@link MAX_IDS} at the most. */
	readonly ids?: readonly string[];
	/** The documents whose ids begin with this. Ids are always indexed. */
	readonly idPrefix?: string;
	readonly orderBy?: readonly [field: string, direction: "asc" | "desc"];
	readonly limit?: number;
	/** Whether Firestore answers it from several indexes, one for each filter: see {@link neededIndexes}. */
	readonly mergesIndexes?: true;
};

export type Filter = readonly [
	field: string,
	operator: "==" | ">=" | "<=" | "array-contains",
	value: string | boolean | Date,
];

/** Documents that one query finds by their ids: https://firebase.google.com/docs/firestore/query-data/queries#limits_on_or_queries */
export const MAX_IDS = 30;

/** An index that a query needs, in the words of `firestore.indexes.json`. */
export type NeededIndex = {
	readonly collectionGroup: string;
	readonly queryScope: "COLLECTION" | "COLLECTION_GROUP";
	readonly fields: readonly IndexedField[];
};

export type IndexedField =
	| { readonly fieldPath: string; readonly order: "ASCENDING" | "DESCENDING" }
	| { readonly fieldPath: string; readonly arrayConfig: "CONTAINS" };

/** The apps of a user, by their memberships. */
export function membershipsOf(uid: string): QuerySpec {
	return { collection: COLLECTIONS.members, isGroup: true, where: [["uid", "==", uid]] };
}

/** The apps that sent something, for operators. */
export function apps(limit: number): QuerySpec {
	return { collection: COLLECTIONS.apps, where: [], orderBy: ["last_event_at", "desc"], limit };
}

/** The apps whose ids begin with a text, for operators. */
export function appsBeginningWith(text: string, limit: number): QuerySpec {
	return { collection: COLLECTIONS.apps, where: [], idPrefix: encodeDocumentId(text), limit };
}

/** The versions of an app, newest activity first. */
export function newestVersions(appId: string, limit: number): QuerySpec {
	return {
		collection: `${appPath(appId)}/${COLLECTIONS.versions}`,
		where: [],
		orderBy: ["last_event_at", "desc"],
		limit,
	};
}

/** The verdicts on an app's releases, those that appeared last first. */
export function newestReleases(appId: string, limit: number): QuerySpec {
	return {
		collection: `${appPath(appId)}/${COLLECTIONS.verdicts}`,
		where: [],
		orderBy: ["appeared_on", "desc"],
		limit,
	};
}

/** The counters of versions that are named, {@link MAX_IDS} of them at the most. */
export function versionsNamed(appId: string, versions: readonly string[]): QuerySpec {
	return { collection: `${appPath(appId)}/${COLLECTIONS.versions}`, where: [], ids: versions.map(encodeDocumentId) };
}

/** The counters of versions whose names begin with a text. */
export function versionsBeginningWith(appId: string, text: string, limit: number): QuerySpec {
	const collection = `${appPath(appId)}/${COLLECTIONS.versions}`;
	return { collection, where: [], idPrefix: encodeDocumentId(text), limit };
}

/** The verdicts on versions that are named, {@link MAX_IDS} of them at the most. */
export function verdictsOn(appId: string, versions: readonly string[]): QuerySpec {
	return { collection: `${appPath(appId)}/${COLLECTIONS.verdicts}`, where: [], ids: versions.map(encodeDocumentId) };
}

/** The devices some of whose events were not stored since a UTC day, since they had sent too many in one. */
export function cappedDevices(appId: string, since: string, limit: number): QuerySpec {
	return {
		collection: devices(appId),
		where: [["dropped_on", ">=", since]],
		orderBy: ["dropped_on", "desc"],
		limit,
	};
}

/** The alerts of an app, newest first. */
export function newestAlerts(appId: string, limit: number): QuerySpec {
	return { collection: `${appPath(appId)}/${COLLECTIONS.alerts}`, where: [], orderBy: ["created_at", "desc"], limit };
}

/** The counters of all UTC days of a version, oldest first. */
export function allDaysOfVersion(appId: string, version: string): QuerySpec {
	return {
		collection: `${versionPath(appId, version)}/${COLLECTIONS.days}`,
		where: [],
		orderBy: ["day", "asc"],
	};
}

/** The counters of a version's UTC days, both named ones included, oldest first. */
export function daysOfVersion(appId: string, version: string, from: string, to: string): QuerySpec {
	return {
		collection: `${versionPath(appId, version)}/${COLLECTIONS.days}`,
		where: [
			["day", ">=", from],
			["day", "<=", to],
		],
		orderBy: ["day", "asc"],
	};
}

/** The devices seen since a UTC day; it is made to be counted. */
export function activeDevices(appId: string, since: string, audience: Audience, version?: string): QuerySpec {
	return {
		collection: devices(appId),
		where: [
			...(audience === "production" ? [["is_dev", "==", false] as const] : []),
			...(version === undefined ? [] : [["version_name", "==", version] as const]),
			["active_on", ">=", since],
		],
		orderBy: ["active_on", "desc"],
	};
}

/** The devices with a custom id. */
export function devicesByCustomId(appId: string, customId: string, limit: number): QuerySpec {
	return { collection: devices(appId), where: [["custom_id", "==", customId]], limit };
}

/** What a failure is looked for by. Moments are milliseconds since the epoch, both included. */
export type FailureSearch = {
	readonly appId: string;
	readonly version: string;
	readonly action?: string | undefined;
	readonly from: number;
	readonly to: number;
	readonly limit?: number;
};

/** The failures and health reports of a version with the devices behind them, newest first. */
export function failuresOfVersion({ appId, version, action, from, to, limit }: FailureSearch): QuerySpec {
	return {
		collection: COLLECTIONS.events,
		isGroup: true,
		where: [
			["app_id", "==", appId],
			["failed_version_name", "==", version],
			...(action === undefined ? [] : [["action", "==", action] as const]),
			["occurred_at", ">=", new Date(from)],
			["occurred_at", "<=", new Date(to)],
		],
		orderBy: ["occurred_at", "desc"],
		...(limit !== undefined && { limit }),
	};
}

/** The events of a device, newest first. */
export function eventsOfDevice(appId: string, deviceId: string, limit?: number): QuerySpec {
	return {
		collection: eventsPath(appId, deviceId),
		where: [],
		orderBy: ["occurred_at", "desc"],
		...(limit !== undefined && { limit }),
	};
}

/** The counters of a version's UTC days that changed since a moment, in milliseconds since the epoch. */
export function daysChangedSince(appId: string, version: string, since: number): QuerySpec {
	return {
		collection: `${versionPath(appId, version)}/${COLLECTIONS.days}`,
		where: [["last_event_at", ">=", new Date(since)]],
		orderBy: ["last_event_at", "asc"],
	};
}

/** The devices whose ids begin with a text. */
export function devicesBeginningWith(appId: string, text: string, limit: number): QuerySpec {
	return { collection: devices(appId), where: [], idPrefix: encodeDocumentId(text.toLowerCase()), limit };
}

/** Which devices a list shows. What isn't given is any. */
export type SeenDevices = {
	readonly appId: string;
	readonly audience: Audience;
	/** The UTC day since which they were seen. */
	readonly since: string;
	/** What they run, as they told last. */
	readonly version?: string | undefined;
	readonly platform?: string | undefined;
	readonly channel?: string | undefined;
	readonly limit?: number;
};

/** The devices seen since a UTC day, those that were seen last first. */
export function devicesSeen({ appId, audience, since, version, platform, channel, limit }: SeenDevices): QuerySpec {
	return {
		collection: devices(appId),
		where: [
			...(audience === "production" ? [["is_dev", "==", false] as const] : []),
			...equalities({ version_name: version, platform, channel }),
			["active_on", ">=", since],
		],
		orderBy: ["active_on", "desc"],
		...(limit !== undefined && { limit }),
		mergesIndexes: true,
	};
}

/** What devices did with a release, by the list in their documents that names it. */
export type VersionList = (typeof VERSION_LIST_NAMES)[number];

/** The lists by which the page asks for devices. */
export const VERSION_LIST_NAMES = [
	"tried_versions",
	"ran_versions",
	"failed_versions",
	"crashed_versions",
	"download_failed_versions",
] as const;

/** The fields of a device by which the page tells where a release fails. */
export const BREAKDOWN_FIELDS = ["platform", "version_os", "version_build", "plugin_version", "channel"] as const;

export type BreakdownField = (typeof BREAKDOWN_FIELDS)[number];

/** What devices of a release are looked for by. */
export type ReleaseDevices = {
	readonly appId: string;
	readonly version: string;
	readonly audience: Audience;
	readonly list: VersionList;
	/** What they told of themselves last. */
	readonly told?: Readonly<Partial<Record<BreakdownField, string>>>;
	readonly limit?: number;
};

/** The devices of a release. Without an order they come by their ids, which are random: a few of them are a fair sample. */
export function devicesOfRelease({ appId, version, audience, list, told = {}, limit }: ReleaseDevices): QuerySpec {
	return {
		collection: devices(appId),
		where: [
			[list, "array-contains", version],
			...(audience === "production" ? [["is_dev", "==", false] as const] : []),
			...equalities(told),
		],
		...(limit !== undefined && { limit }),
		mergesIndexes: true,
	};
}

function equalities(values: Readonly<Record<string, string | undefined>>): readonly Filter[] {
	return Object.entries(values).flatMap(([field, value]): Filter[] =>
		value === undefined ? [] : [[field, "==", value]],
	);
}

function devices(appId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.devices}`;
}

/** One of each query that is made of this app's data, for the test that every index exists. */
export function everyQuery(appId: string): readonly QuerySpec[] {
	const search = { appId, version: "1.0.0", from: 0, to: 1, limit: 1 };
	return [
		membershipsOf("uid"),
		apps(1),
		newestVersions(appId, 1),
		newestReleases(appId, 1),
		newestAlerts(appId, 1),
		cappedDevices(appId, "2026-01-01", 1),
		allDaysOfVersion(appId, "1.0.0"),
		daysOfVersion(appId, "1.0.0", "2026-01-01", "2026-01-02"),
		activeDevices(appId, "2026-01-01", "production"),
		activeDevices(appId, "2026-01-01", "all"),
		activeDevices(appId, "2026-01-01", "production", "1.0.0"),
		activeDevices(appId, "2026-01-01", "all", "1.0.0"),
		devicesByCustomId(appId, "custom", 1),
		failuresOfVersion(search),
		failuresOfVersion({ ...search, action: "set_fail" }),
		eventsOfDevice(appId, "device", 1),
		daysChangedSince(appId, "1.0.0", 0),
		devicesSeen({ appId, audience: "production", since: "2026-01-01", version: "1", platform: "ios", channel: "beta" }),
		...VERSION_LIST_NAMES.map((list) =>
			devicesOfRelease({
				appId,
				version: "1.0.0",
				audience: "production",
				list,
				told: { platform: "ios", version_os: "26", version_build: "1", plugin_version: "8", channel: "beta" },
			}),
		),
	];
}

/**
 * The indexes that serve a query. Firestore makes those of one field by itself, unless the field is exempted or the query
 * is of a collection group: https://firebase.google.com/docs/firestore/query-data/index-overview
 *
 * A query with several equalities is served by one index of all its fields, or by merging one for each of them that ends
 * with the same order: https://firebase.google.com/docs/firestore/query-data/index-overview#taking_advantage_of_index_merging
 */
export function neededIndexes(spec: QuerySpec): readonly NeededIndex[] {
	const { collection, isGroup = false, where, orderBy, mergesIndexes = false } = spec;
	const equal = where.filter(([, operator]) => operator === "==" || operator === "array-contains").map(equalField);
	const ranged = where.filter(([, operator]) => operator === ">=" || operator === "<=").map(([field]) => field);
	const [last = ranged[0], direction = "asc"] = orderBy ?? [];
	const order: readonly IndexedField[] =
		last === undefined ? [] : [{ fieldPath: last, order: direction === "desc" ? "DESCENDING" : "ASCENDING" }];
	const index = (fields: readonly IndexedField[]): NeededIndex => ({
		collectionGroup: collection.split("/").at(-1) ?? collection,
		queryScope: isGroup ? "COLLECTION_GROUP" : "COLLECTION",
		fields: [...fields, ...order],
	});
	return mergesIndexes ? equal.map((field) => index([field])) : [index(equal)];
}

function equalField([fieldPath, operator]: Filter): IndexedField {
	return operator === "array-contains" ? { fieldPath, arrayConfig: "CONTAINS" } : { fieldPath, order: "ASCENDING" };
}
