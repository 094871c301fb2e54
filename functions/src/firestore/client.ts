import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";
import { DATABASE_ID, DEFAULT_DATABASE } from "../config.ts";
import { limitCommits } from "./commitTimeout.ts";

/** Databases whose settings are made: they can be made once. */
const configured = new WeakSet<Firestore>();

/**
 * Opens a project's Firestore database: the project of the function that runs or the one that `projectId` names, on the
 * emulator where `FIRESTORE_EMULATOR_HOST` is set. A function's commits end in time: see {@link limitCommits}.
 *
 * @param databaseId Default: the one that the environment names, as `DATABASE_ID`.
 */
export function openFirestore(projectId?: string, databaseId = DATABASE_ID.value() || DEFAULT_DATABASE): Firestore {
	if (projectId !== undefined) return getFirestore(initializeApp({ projectId }, projectId), databaseId);
	// The Firebase SDK has opened an app already where an event brought a document.
	const [app = initializeApp()] = getApps();
	const db = getFirestore(app, databaseId);
	if (!configured.has(db)) db.settings({ "grpc.callInvocationTransformer": limitCommits() });
	configured.add(db);
	return db;
}
