import type { Firestore, Timestamp, Transaction } from "@google-cloud/firestore";
import { GRPC_STATUS, hasGrpcStatus } from "../../src/firestore/grpcStatus.ts";

/** A read that was interrupted finds its transaction closed; reading again opens another one at the same moment. */
const MAX_ATTEMPTS = 3;

/**
 * Reads the database as it was at one moment.
 *
 * @param readTime The moment. Firestore keeps the past for one hour, or for seven days where point-in-time recovery is on:
 * https://firebase.google.com/docs/firestore/pitr
 * @param read One read; it may be done again.
 * @throws Error of the Firestore client.
 */
export async function readPast<T>(
	db: Firestore,
	readTime: Timestamp,
	read: (past: Transaction) => Promise<T>,
): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await db.runTransaction(read, { readOnly: true, readTime });
		} catch (error) {
			if (!hasGrpcStatus(error, GRPC_STATUS.invalidArgument) || attempt === MAX_ATTEMPTS) throw error;
		}
	}
}
