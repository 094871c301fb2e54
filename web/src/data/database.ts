import type { Firestore } from "firebase/firestore";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ReadTally } from "./reads.ts";

/** The database that the views read, whether it is a local suite's, and the tally of what they read. */
export type Database = { readonly db: Firestore; readonly isEmulated: boolean; readonly reads: ReadTally };

/** Gives the views their database. */
export const DatabaseContext = createContext<Database | null>(null);

/** The database of the views. */
export function useDatabase(): Database {
	const database = useContext(DatabaseContext);
	if (database === null) throw new Error("A DatabaseContext must stand above.");
	return database;
}
