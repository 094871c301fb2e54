import type { DocumentReference, Firestore, Timestamp } from "@google-cloud/firestore";
import { GRPC_STATUS, hasGrpcStatus } from "../src/firestore/grpcStatus.ts";
import { verdictsPath } from "../src/firestore/paths.ts";

/** Lets the schedule judge an app's releases again, in its next run, though no counter changes. */
export async function rejudgeApp(db: Firestore, appId: string, now: Timestamp): Promise<number> {
	const verdicts = await db.collection(verdictsPath(appId)).listDocuments();
	await rejudge(db, verdicts, now);
	return verdicts.length;
}

/** The same for single verdicts. One that is gone meanwhile is left alone. */
export async function rejudge(db: Firestore, verdicts: readonly DocumentReference[], now: Timestamp): Promise<void> {
	const writer = db.bulkWriter();
	const writes = verdicts.map((ref) => writer.update(ref, { rejudge_at: now }).catch(unlessGone));
	await writer.close();
	await Promise.all(writes);
}

function unlessGone(error: unknown): void {
	if (!hasGrpcStatus(error, GRPC_STATUS.notFound)) throw error;
}
