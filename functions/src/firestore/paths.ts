import { decodeDocumentId, encodeDocumentId } from "./documentId.ts";

/** The collections, each below the one it belongs to. */
export const COLLECTIONS = {
	apps: "apps",
	devices: "devices",
	events: "events",
	versions: "versions",
	days: "days",
	members: "members",
} as const;

/** The documents that trigger counting. */
export const EVENT_DOCUMENTS = "apps/{app}/devices/{device}/events/{event}";

/** Where the sweep notes how far it came. No rule opens it. */
export const SWEEP_DOCUMENT = "system/sweep";

/** The path of an app's document. */
export function appPath(appId: string): string {
	return `${COLLECTIONS.apps}/${encodeDocumentId(appId)}`;
}

/** The path of a device's document. */
export function devicePath(appId: string, deviceId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.devices}/${encodeDocumentId(deviceId)}`;
}

/** The path of a version's counters. */
export function versionPath(appId: string, version: string): string {
	return `${appPath(appId)}/${COLLECTIONS.versions}/${encodeDocumentId(version)}`;
}

/** The path of the counters of one UTC day (`YYYY-MM-DD`) of a version. */
export function dayPath(appId: string, version: string, day: string): string {
	return `${versionPath(appId, version)}/${COLLECTIONS.days}/${day}`;
}

/** The path of an app's members. */
export function membersPath(appId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.members}`;
}

/** The path of a member's document. Firebase Auth's uids are document ids as they are: letters, digits, a few signs. */
export function memberPath(appId: string, uid: string): string {
	return `${membersPath(appId)}/${encodeDocumentId(uid)}`;
}

/** The path of a device's events. */
export function eventsPath(appId: string, deviceId: string): string {
	return `${devicePath(appId, deviceId)}/${COLLECTIONS.events}`;
}

/** The app to which a document below `apps/{app}` belongs. */
export function appIdOfPath(path: string): string {
	const [, app = ""] = path.split("/");
	return decodeDocumentId(app);
}
