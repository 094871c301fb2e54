import { FieldValue, type Firestore, Timestamp } from "@google-cloud/firestore";
import { GRPC_STATUS, hasGrpcStatus } from "../../src/firestore/grpcStatus.ts";
import { verdictPath, versionPath } from "../../src/firestore/paths.ts";
import { rejudge } from "../rejudge.ts";

/**
 * Hides a version from people, or shows it again. Deleting its counters would not do: the next event of the version, or a
 * recount, brings them back.
 *
 * @returns Whether there is such a version.
 */
export async function hideVersion(db: Firestore, appId: string, version: string, isHidden: boolean): Promise<boolean> {
	try {
		await db.doc(versionPath(appId, version)).update({ hidden: isHidden ? true : FieldValue.delete() });
		// Lists show what has a verdict: the schedule takes it off them, or puts it back.
		await rejudge(db, [db.doc(verdictPath(appId, version))], Timestamp.now());
		return true;
	} catch (error) {
		if (hasGrpcStatus(error, GRPC_STATUS.notFound)) return false;
		throw error;
	}
}
