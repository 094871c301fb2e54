import { appPath, COLLECTIONS, eventsPath, versionPath } from "../functions/src/firestore/paths.ts";
import type { Audience } from "./definitions.ts";

/** A query as data, so that the page, the report and the test of `firestore.indexes.json` all mean the same one. */
export type QuerySpec = {
	/** The path of a collection, or with `isGroup` the name that all collections of the group have. */
	readonly collection: string;
	readonly isGroup?: boolean;
	readonly where: readonly Filter[];
	readonly orderBy?: readonly [field: string, direction: "asc" | "desc"];
	readonly limit?: number;
};

export type Filter = readonly [field: string, operator: "==" | ">=" | "<=", value: string | boolean | Date];

/** An index that a query needs, in the words of `firestore.indexes.json`. */
export type NeededIndex = {
	readonly collectionGroup: string;
	readonly queryScope: "COLLECTION" | "COLLECTION_GROUP";
	readonly fields: readonly { readonly fieldPath: string; readonly order: "ASCENDING" | "DESCENDING" }[];
};

/** The apps of a user, by their memberships. */
export function membershipsOf(uid: string): QuerySpec {
	return { collection: COLLECTIONS.members, isGroup: true, where: [["uid", "==", uid]] };
}

/** The apps that sent something, for operators. */
export function apps(limit: number): QuerySpec {
	return { collection: COLLECTIONS.apps, where: [], orderBy: ["last_event_at", "desc"], limit };
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
	readonly limit: number;
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
		limit,
	};
}

/** The events of a device, newest first. */
export function eventsOfDevice(appId: string, deviceId: string, limit: number): QuerySpec {
	return {
		collection: eventsPath(appId, deviceId),
		where: [],
		orderBy: ["occurred_at", "desc"],
		limit,
	};
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
	];
}

/**
 * The index that serves a query. Firestore makes those of one field by itself, unless the field is exempted or the query
 * is of a collection group: https://firebase.google.com/docs/firestore/query-data/index-overview
 */
export function neededIndex({ collection, isGroup = false, where, orderBy }: QuerySpec): NeededIndex {
	const equal = where.filter(([, operator]) => operator === "==").map(([field]) => field);
	const ranged = where.filter(([, operator]) => operator !== "==").map(([field]) => field);
	const [last = ranged[0], direction = "asc"] = orderBy ?? [];
	return {
		collectionGroup: collection.split("/").at(-1) ?? collection,
		queryScope: isGroup ? "COLLECTION_GROUP" : "COLLECTION",
		fields: [
			...equal.map((fieldPath) => ({ fieldPath, order: "ASCENDING" as const })),
			...(last === undefined
				? []
				: [{ fieldPath: last, order: direction === "desc" ? ("DESCENDING" as const) : ("ASCENDING" as const) }]),
		],
	};
}
