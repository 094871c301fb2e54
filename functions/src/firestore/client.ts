import { getApps, initializeApp } from "firebase-admin/app";
import { type Firestore, getFirestore } from "firebase-admin/firestore";

/**
 * Opens the project's Firestore database: the one of the function that runs, the one that `projectId` names, or the
 * emulator where `FIRESTORE_EMULATOR_HOST` is set.
 */
export function openFirestore(projectId?: string): Firestore {
	if (projectId !== undefined) return getFirestore(initializeApp({ projectId }, projectId));
	// The Firebase SDK has opened an app already where an event brought a document.
	const [app = initializeApp()] = getApps();
	return getFirestore(app);
}
