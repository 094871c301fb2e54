import type { DocumentSnapshot, Firestore } from "@google-cloud/firestore";
import { decodeDocumentId } from "../../functions/src/firestore/documentId.ts";
import { appPath, COLLECTIONS } from "../../functions/src/firestore/paths.ts";
import type { ActionCounts, ExpectedCounts } from "../../scripts/fleet/expectedCounts.ts";
import type { FlagCounts } from "../../scripts/fleet/expectedDevices.ts";

/** What an app's counter documents say, in the shape in which `expectedCounts` says what they should. */
export async function storedCounts(db: Firestore, appId: string): Promise<Pick<ExpectedCounts, "events" | "versions">> {
	const app = db.doc(appPath(appId));
	const { docs } = await app.collection(COLLECTIONS.versions).get();
	// A document that only counts devices was named by no event.
	const named = docs.filter((version) => version.get("actions") !== undefined);
	const versions = named.map(async (version) => {
		const days = await version.ref.collection(COLLECTIONS.days).get();
		const counted = days.docs.filter((day) => day.get("actions") !== undefined);
		const byDay = Object.fromEntries(counted.map((day) => [day.id, actionCounts(day)]));
		return [decodeDocumentId(version.id), { ...actionCounts(version), days: byDay }] as const;
	});
	return {
		events: Number((await app.get()).get("events") ?? 0),
		versions: Object.fromEntries(await Promise.all(versions)),
	};
}

function actionCounts(counter: DocumentSnapshot): ActionCounts {
	return { actions: counter.get("actions") ?? {}, dev_actions: counter.get("dev_actions") ?? {} };
}

/** What an app's version documents say of devices, by version. */
export async function storedDevices(
	db: Firestore,
	appId: string,
): Promise<Readonly<Record<string, Partial<FlagCounts>>>> {
	const { docs } = await db.collection(`${appPath(appId)}/${COLLECTIONS.versions}`).get();
	return Object.fromEntries(
		docs.map((version) => [
			decodeDocumentId(version.id),
			{ devices: version.get("devices") ?? {}, dev_devices: version.get("dev_devices") ?? {} },
		]),
	);
}
