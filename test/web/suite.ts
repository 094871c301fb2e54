import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath, memberPath, verdictPath } from "../../functions/src/firestore/paths.ts";
import type { VerdictDocument } from "../../metrics/documents.ts";
import { inRequests } from "../support/rollouts.ts";

/** How long counting what was sent may take: the emulator delivers events one after the other. */
const COUNTING_TIMEOUT_MS = 60_000;

/** A suite that runs on has the apps of earlier runs still: ids of apps end with this. */
export const RUN = Date.now().toString(36);

/** Where the running suite is. */
export const SUITE = {
	projectId: coordinate("GCLOUD_PROJECT"),
	hostingUrl: coordinate("HOSTING_URL"),
	firestoreHost: coordinate("FIRESTORE_EMULATOR_HOST"),
	authHost: coordinate("FIREBASE_AUTH_EMULATOR_HOST"),
};

export const db = openFirestore(SUITE.projectId);

function coordinate(name: string): string {
	const value = process.env[name];
	if (value === undefined) throw new Error(`${name} is not set: run these tests with npm test.`);
	return value;
}

/** Posts events in as few requests as they fit in. */
export async function sendMany(events: readonly object[]): Promise<void> {
	for (const request of inRequests(events)) await sendEvents(request);
}

/** Posts events to the statistics URL that the page names: Hosting's own. */
export async function sendEvents(events: readonly object[]): Promise<void> {
	const response = await fetch(`${SUITE.hostingUrl}/stats`, { method: "POST", body: JSON.stringify(events) });
	if (!response.ok) throw new Error(`The statistics URL answered ${response.status}: ${await response.text()}`);
}

/** An event by which a device that is new installs a version now. */
export function installOf(appId: string, version: string) {
	return {
		app_id: appId,
		device_id: randomUUID(),
		platform: "android",
		action: "set",
		version_name: version,
		version_build: "4.0.0",
		version_code: "40000",
		version_os: "16",
		plugin_version: "8.51.14",
		is_prod: true,
		is_emulator: false,
		timestamp: Date.now(),
	};
}

/** Waits until so many of an app's events are counted. */
export async function untilCounted(
	appId: string,
	events: number,
	timeoutMs: number = COUNTING_TIMEOUT_MS,
): Promise<void> {
	const deadline = Date.now() + timeoutMs;
	while (Date.now() < deadline) {
		const app = await db.doc(appPath(appId)).get();
		if (Number(app.get("events") ?? 0) >= events) return;
		await delay(200);
	}
	throw new Error(`${events} events of ${appId} were not counted within ${timeoutMs} ms.`);
}

/** Makes a user a member of an app. */
export async function addMember(appId: string, uid: string, email: string): Promise<void> {
	await db.doc(memberPath(appId, uid)).set({ uid, app_id: appId, email, role: "viewer", added_at: new Date() });
}

/** Ends a user's membership of an app. */
export async function removeMember(appId: string, uid: string): Promise<void> {
	await db.doc(memberPath(appId, uid)).delete();
}

/** The verdict on a version. */
export async function readVerdict(appId: string, version: string): Promise<VerdictDocument> {
	const snapshot = await db.doc(verdictPath(appId, version)).get();
	return snapshot.data() as VerdictDocument;
}
