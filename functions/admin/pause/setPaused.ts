import { FieldValue, type Firestore } from "@google-cloud/firestore";
import { encodeDocumentId } from "../../src/firestore/documentId.ts";
import { appPath, INTAKE_DOCUMENT } from "../../src/firestore/paths.ts";

/**
 * Stops the storing of an app's events, or lets it go on: within a minute, since each instance of `stats` looks that often.
 *
 * @returns Whether the app ever had an event counted.
 */
export async function setPaused(db: Firestore, appId: string, isPaused: boolean): Promise<boolean> {
	const since = isPaused ? FieldValue.serverTimestamp() : FieldValue.delete();
	const batch = db.batch();
	batch.set(db.doc(INTAKE_DOCUMENT), { paused: { [encodeDocumentId(appId)]: since } }, { merge: true });
	// People see the app's own document.
	batch.set(db.doc(appPath(appId)), { app_id: appId, paused_at: since }, { merge: true });
	await batch.commit();
	return (await db.doc(appPath(appId)).get()).get("events") !== undefined;
}
