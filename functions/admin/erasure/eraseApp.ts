import type { Firestore } from "@google-cloud/firestore";
import { appPath, COLLECTIONS } from "../../src/firestore/paths.ts";
import type { Erased } from "./eraseDevice.ts";

/**
 * Removes an app and everything below it: devices, events, counters, members. An erasure that was interrupted is finished
 * by another one. An app that still sends comes back with its next event: take it off `ALLOWED_APPS` first.
 *
 * @param onProgress Called with what was removed so far, after each document.
 */
export async function eraseApp(db: Firestore, appId: string, onProgress: (erased: Erased) => void): Promise<Erased> {
	const app = db.doc(appPath(appId));
	const isKnown = (await app.get()).exists;
	const erased = new Map<string, number>(isKnown ? [[COLLECTIONS.apps, 1]] : []);

	const deletePass = async () => {
		let deleted = 0;
		const writer = db.bulkWriter();
		writer.onWriteResult(({ path, parent }) => {
			// The app's own document is deleted in each pass, whether or not it exists.
			if (path === app.path) return;
			deleted += 1;
			erased.set(parent.id, (erased.get(parent.id) ?? 0) + 1);
			onProgress(Object.fromEntries(erased));
		});
		await db.recursiveDelete(app, writer);
		await writer.close();
		return deleted;
	};

	// What was being stored or counted during a pass is removed by the next.
	while ((await deletePass()) > 0);
	return Object.fromEntries(erased);
}
