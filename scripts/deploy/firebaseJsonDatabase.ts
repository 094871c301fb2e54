import { DEFAULT_DATABASE } from "../../functions/src/config.ts";

type FirestoreConfig = { readonly database?: string };

/** Whether `firebase.json` gives rules and indexes to this database. The Firebase CLI has no other way to be told. */
export function namesDatabase(firebaseJson: string, databaseId: string): boolean {
	const { firestore }: { firestore: FirestoreConfig | readonly FirestoreConfig[] } = JSON.parse(firebaseJson);
	return [firestore].flat().some(({ database = DEFAULT_DATABASE }) => database === databaseId);
}

/**
 * Names the database in the text of `firebase.json`, and leaves the rest as it is. The same text where the one database is
 * not named first, as this project's file names it: then it is for people to change.
 */
export function withDatabase(firebaseJson: string, databaseId: string): string {
	return firebaseJson.replace(/(?<="firestore":\s*\{\s*"database":\s*)"[^"]*"/, () => JSON.stringify(databaseId));
}
