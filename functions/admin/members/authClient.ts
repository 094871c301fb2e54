import { initializeApp } from "firebase-admin/app";
import { type Auth, getAuth } from "firebase-admin/auth";

/** Opens the users of a project, or those of the emulator where `FIREBASE_AUTH_EMULATOR_HOST` is set. */
export function openAuth(projectId: string): Auth {
	return getAuth(initializeApp({ projectId }, projectId));
}
