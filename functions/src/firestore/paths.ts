import { decodeDocumentId, encodeDocumentId } from "./documentId.ts";

/** The collections, each below the one it belongs to. */
export const COLLECTIONS = {
	apps: "apps",
	devices: "devices",
	events: "events",
	versions: "versions",
	days: "days",
	members: "members",
	verdicts: "verdicts",
	alerts: "alerts",
	watch: "watch",
	webhooks: "webhooks",
	tokens: "tokens",
} as const;

/** The documents that trigger counting. */
export const EVENT_DOCUMENTS = "apps/{app}/devices/{device}/events/{event}";

/** Where the schedule notes how far its sweep, and its judging, came. No rule opens them. */
export const SWEEP_DOCUMENT = "system/sweep";
export const JUDGING_DOCUMENT = "system/judging";

/** What the instances of `stats` took of each app today, and which apps are paused. No rule opens it. */
export const INTAKE_DOCUMENT = "system/intake";

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

/** The path of the verdict on a version. */
export function verdictPath(appId: string, version: string): string {
	return `${verdictsPath(appId)}/${encodeDocumentId(version)}`;
}

/** The path of an alert of an app. */
export function alertPath(appId: string, alertId: string): string {
	return `${alertsPath(appId)}/${alertId}`;
}

/** The documents that trigger sending. */
export const ALERT_DOCUMENTS = "apps/{app}/alerts/{alert}";

/** The path of an app's alerts. */
export function alertsPath(appId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.alerts}`;
}

/** The path of an app's verdicts. */
export function verdictsPath(appId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.verdicts}`;
}

/** The path of where an app's alerts are sent. No rule opens it: it holds credentials. */
export function webhooksPath(appId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.webhooks}`;
}

/** The path of an app's tokens, hashed. No rule opens it. */
export function tokensPath(appId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.tokens}`;
}

/** The path of what the schedule remembers of an app. Not in the app's own document, which every counting commit writes. */
export function watchPath(appId: string): string {
	return `${appPath(appId)}/${COLLECTIONS.watch}/state`;
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
