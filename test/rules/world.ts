import { readFile } from "node:fs/promises";
import {
	initializeTestEnvironment,
	type RulesTestContext,
	type RulesTestEnvironment,
} from "@firebase/rules-unit-testing";
import { deleteDoc, doc, type Firestore, setDoc, setLogLevel, Timestamp } from "firebase/firestore";

const RULES = new URL("../../firestore.rules", import.meta.url);

/** The app that the tests are about. */
export const APP = "com.example.shop";

/** Another team's app in the same project. */
export const OTHER_APP = "com.example.bank";

/** An app whose id is percent-encoded in its path, and the app whose name is that encoding: neither may stand for the other. */
export const SLASHED_APP = { appId: "a/b", documentId: "a%2Fb" } as const;
export const PERCENT_APP = { appId: "a%2Fb", documentId: "a%252Fb" } as const;

/** The users, by what they are to {@link APP}. `null` is nobody: a client without a token. */
export const ACTORS = {
	anonymous: null,
	"signed in": { uid: "stranger" },
	"member of another app": { uid: "other-member" },
	"removed member": { uid: "removed" },
	"member with an unknown role": { uid: "auditor" },
	"user whose operator claim is a text": { uid: "pretender", claims: { operator: "true" } },
	viewer: { uid: "viewer" },
	admin: { uid: "admin" },
	operator: { uid: "operator", claims: { operator: true } },
} as const satisfies Record<string, { readonly uid: string; readonly claims?: object } | null>;

export type Actor = keyof typeof ACTORS;

export const EVERYONE = Object.keys(ACTORS) as readonly Actor[];

/** A client for each actor. */
export function createClients(environment: RulesTestEnvironment): ReadonlyMap<Actor, Firestore> {
	return new Map(
		EVERYONE.map((actor) => {
			const user = ACTORS[actor];
			const context = user
				? environment.authenticatedContext(user.uid, "claims" in user ? user.claims : undefined)
				: environment.unauthenticatedContext();
			return [actor, modular(context)];
		}),
	);
}

/** The context's database for the modular functions. Its type is the older one of the same object. */
export function modular(context: RulesTestContext): Firestore {
	return context.firestore() as unknown as Firestore;
}

/**
 * Loads the rules for a project of its own: other tests use the same emulator, and an earlier run must not lend this one
 * its coverage.
 */
export async function openRulesEnvironment(): Promise<RulesTestEnvironment> {
	// The client would log each refusal that the tests ask for.
	setLogLevel("silent");
	const [host = "", port = ""] = (process.env["FIRESTORE_EMULATOR_HOST"] ?? "").split(":");
	return initializeTestEnvironment({
		projectId: `demo-rules-${Date.now()}`,
		firestore: { host, port: Number(port), rules: await readFile(RULES, "utf8") },
	});
}

/** Writes as the functions do: no rule binds it. */
export async function withoutRules(
	environment: RulesTestEnvironment,
	write: (db: Firestore) => Promise<void>,
): Promise<void> {
	await environment.withSecurityRulesDisabled((context) => write(modular(context)));
}

/** Fills the database: two apps with members, and the two whose ids are easily confused. */
export async function createWorld(environment: RulesTestEnvironment): Promise<void> {
	await withoutRules(environment, async (db) => {
		await createApp(db, APP, APP, { viewer: "viewer", admin: "admin", auditor: "auditor", removed: "admin" });
		await deleteDoc(doc(db, `apps/${APP}/members/removed`));
		await createApp(db, OTHER_APP, OTHER_APP, { "other-member": "admin" });
		await createApp(db, SLASHED_APP.documentId, SLASHED_APP.appId, { "slashed-member": "admin" });
		await createApp(db, PERCENT_APP.documentId, PERCENT_APP.appId, {});
		// Nothing of ours writes here. It must stay closed if somebody's own code does.
		await setDoc(doc(db, "notes/n"), { app_id: APP });
		await setDoc(doc(db, "system/sweep"), { waiting_apps: [APP] });
		await setDoc(doc(db, "system/judging"), { waiting_apps: [APP] });
		await setDoc(doc(db, "system/intake"), { paused: {} });
		await setDoc(doc(db, `apps/${APP}/notes/n`), { app_id: APP });
		await setDoc(doc(db, `apps/${APP}/devices/d/events/e/notes/n`), { app_id: APP });
		await setDoc(doc(db, "notes/n/events/e"), { app_id: APP });
		await setDoc(doc(db, "notes/n/members/someone"), { uid: "someone", role: "admin" });
	});
}

async function createApp(
	db: Firestore,
	documentId: string,
	appId: string,
	roles: Readonly<Record<string, string>>,
): Promise<void> {
	const app = `apps/${documentId}`;
	await setDoc(doc(db, app), { app_id: appId });
	for (const [uid, role] of Object.entries(roles)) {
		await setDoc(doc(db, `${app}/members/${uid}`), { app_id: appId, uid, role });
	}
	await setDoc(doc(db, `${app}/devices/d`), {
		app_id: appId,
		version_name: "1.0.0",
		active_on: "2026-01-02",
		is_dev: false,
		custom_id: "till-7",
		dropped_on: "2026-01-02",
		failed_versions: ["1.0.0"],
	});
	await setDoc(doc(db, `${app}/devices/d/events/e`), {
		app_id: appId,
		action: "set_fail",
		version_name: "1.0.0",
		failed_version_name: "1.0.0",
		occurred_at: Timestamp.fromMillis(1_767_312_000_000),
	});
	await setDoc(doc(db, `${app}/versions/1.0.0`), {
		app_id: appId,
		last_event_at: Timestamp.fromMillis(1_767_312_000_000),
	});
	await setDoc(doc(db, `${app}/verdicts/1.0.0`), { app_id: appId, verdict: "healthy", appeared_on: "2026-01-02" });
	await setDoc(doc(db, `${app}/alerts/a`), { app_id: appId, created_at: Timestamp.fromMillis(1_767_312_000_000) });
	await setDoc(doc(db, `${app}/webhooks/w`), { app_id: appId, url: "https://hooks.example.com/key" });
	await setDoc(doc(db, `${app}/tokens/t`), { app_id: appId, name: "update-server" });
	await setDoc(doc(db, `${app}/watch/state`), { is_silent: false });
	await setDoc(doc(db, `${app}/versions/1.0.0/days/2026-01-02`), { app_id: appId, day: "2026-01-02" });
}
