import type { Firestore } from "@google-cloud/firestore";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { startFirestoreProxy } from "../../scripts/emulators/firestoreProxy.ts";
import { suite } from "./suite.ts";

type Proxying = Parameters<typeof startFirestoreProxy>;

/**
 * Opens a project of the suite's Firestore emulator through a proxy, in this process.
 *
 * @param projectId One that was not opened before: each is opened once.
 * @param fateOf Decides on each call by its method.
 * @param onAnswered Gets each call that Firestore answered.
 */
export async function openThroughProxy(
	projectId: string,
	fateOf: Proxying[1],
	onAnswered?: Proxying[2],
): Promise<{ readonly db: Firestore; readonly close: () => Promise<void> }> {
	const proxy = await startFirestoreProxy(suite.firestoreHost, fateOf, onAnswered);
	// The client takes its address from the environment, once.
	process.env["FIRESTORE_EMULATOR_HOST"] = proxy.host;
	const db = openFirestore(projectId);
	process.env["FIRESTORE_EMULATOR_HOST"] = suite.firestoreHost;
	const close = async () => {
		await db.terminate();
		await proxy.stop();
	};
	return { db, close };
}
