import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import { limitCommits } from "./commitTimeout.ts";

/** Databases whose settings are made: they can be made once. */
const configured = new WeakSet<Firestore>();

/**
 * Opens the project's Firestore database: the one of the function that runs, the one that `projectId` names, or the
 * emulator where `FIRESTORE_EMULATOR_HOST` is set. A function's commits end in time: see {@link limitCommits}.
 */
export function openFirestore(projectId?: string): Firestore {
	if (projectId !== undefined) return getFirestore(initializeApp({ projectId }, projectId));
	// The Firebase SDK has opened an app already where an event brought a document.
	const [app = initializeApp()] = getApps();
	const db = getFirestore(app);
	if (!configured.has(db)) db.settings({ "grpc.callInvocationTransformer": limitCommits() });
	configured.add(db);
	return db;
}
