import type { DocumentData } from "@google-cloud/firestore";
import { expect } from "chai";
import { devicePath, versionPath } from "../../functions/src/firestore/paths.ts";
import { dbWithoutTriggers as db } from "./database.ts";
import { countStoredEvents, storedEvents } from "./deliveries.ts";
import { host } from "./hosts.ts";
import { post } from "./post.ts";

/** Sends bodies to `stats` one after the other, in the project without triggers. */
export async function sendAll(...bodies: readonly unknown[]): Promise<void> {
	const { url } = await host("stats");
	for (const body of bodies) expect(await post(url, body)).to.have.property("status", 200);
}

/** Sends bodies one after the other, and counts what is stored of the app after each of them. */
export async function sendAndCount(appId: string, ...bodies: readonly unknown[]): Promise<void> {
	for (const body of bodies) {
		await sendAll(body);
		await countStoredEvents(appId);
	}
}

/** How many devices did what with a version, without what no device did. */
export async function devicesOfVersion(appId: string, version: string): Promise<Readonly<Record<string, number>>> {
	const devices = (await db.doc(versionPath(appId, version)).get()).get("devices") ?? {};
	return Object.fromEntries(Object.entries<number>(devices).filter(([, count]) => count !== 0));
}

/** The fields of a device's document. */
export async function deviceOf(appId: string, deviceId: string): Promise<DocumentData> {
	return (await db.doc(devicePath(appId, deviceId)).get()).data() ?? {};
}

/** The documents of an app's events of one action. */
export async function eventsOfAction(appId: string, action: string): Promise<readonly DocumentData[]> {
	return (await storedEvents(appId)).map((event) => event.data()).filter((event) => event["action"] === action);
}
