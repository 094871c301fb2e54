import { type FirebaseOptions, initializeApp } from "firebase/app";
import {
	type Auth,
	browserLocalPersistence,
	connectAuthEmulator,
	indexedDBLocalPersistence,
	initializeAuth,
} from "firebase/auth";
import { connectFirestoreEmulator, type Firestore, getFirestore, setLogLevel } from "firebase/firestore";

/** The id of the Firestore database; the build puts it in. */
declare const DATABASE_ID: string;

/** The Firebase project behind the page. */
export type Backend = { readonly auth: Auth; readonly db: Firestore; readonly isEmulated: boolean };

/**
 * Connects to the project that serves the page. Hosting tells which one at a reserved URL:
 * https://firebase.google.com/docs/hosting/reserved-urls
 *
 * @throws Error when the page is served by anything but Firebase Hosting.
 */
export async function connectBackend(): Promise<Backend> {
	const [options, emulators] = await Promise.all([fetchOptions(), fetchEmulators()]);
	const app = initializeApp(options);
	const auth = initializeAuth(app, { persistence: [indexedDBLocalPersistence, browserLocalPersistence] });
	const db = getFirestore(app, DATABASE_ID);
	// A read that is refused, since the right to it ended meanwhile, is a warning to it. The views say what can't be read.
	setLogLevel("error");
	if (emulators.auth) connectAuthEmulator(auth, `http://${emulators.auth.hostAndPort}`, { disableWarnings: true });
	if (emulators.firestore) connectFirestoreEmulator(db, emulators.firestore.host, emulators.firestore.port);
	return { auth, db, isEmulated: emulators.auth !== undefined };
}

async function fetchOptions(): Promise<FirebaseOptions> {
	const response = await fetch("/__/firebase/init.json", { credentials: "same-origin" });
	if (!response.ok) throw new Error("This page must be served by Firebase Hosting: run `npm start`, or deploy it.");
	return response.json();
}

type Emulator = { readonly host: string; readonly port: number; readonly hostAndPort: string };
type Emulators = { readonly auth?: Emulator; readonly firestore?: Emulator };

/** The Hosting emulator names the others only in a script for an older SDK, as a line of JSON. */
async function fetchEmulators(): Promise<Emulators> {
	if (!["localhost", "127.0.0.1"].includes(location.hostname)) return {};
	const script = await (await fetch("/__/firebase/init.js?useEmulator=true")).text();
	const [, json] = /var firebaseEmulators = (\{.*?\});\s*if \(/s.exec(script) ?? [];
	return json === undefined ? {} : JSON.parse(json);
}
