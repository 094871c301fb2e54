import { type Firestore, Timestamp } from "@google-cloud/firestore";
import { GRPC_STATUS, hasGrpcStatus } from "../../src/firestore/grpcStatus.ts";
import { alertPath, alertsPath } from "../../src/firestore/paths.ts";
import { readAlert, type StoredAlert } from "../../src/watch/alertDocument.ts";

/** An alert with its id. */
export type ListedAlert = StoredAlert & { readonly id: string };

/** An app's alerts, newest first. */
export async function listAlerts(db: Firestore, appId: string, limit: number): Promise<readonly ListedAlert[]> {
	const { docs } = await db.collection(alertsPath(appId)).orderBy("created_at", "desc").limit(limit).get();
	return docs.flatMap((snapshot) => {
		const alert = readAlert(snapshot.data());
		return alert ? [{ id: snapshot.id, ...alert }] : [];
	});
}

/**
 * Notes that somebody knows of an alert.
 *
 * @returns Whether there is such an alert.
 */
export async function acknowledgeAlert(db: Firestore, appId: string, id: string, now: Date): Promise<boolean> {
	try {
		await db.doc(alertPath(appId, id)).update({ acknowledged_at: Timestamp.fromDate(now) });
		return true;
	} catch (error) {
		if (hasGrpcStatus(error, GRPC_STATUS.notFound)) return false;
		throw error;
	}
}
