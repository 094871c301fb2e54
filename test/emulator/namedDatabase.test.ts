import { expect } from "chai";
import { deleteApp, initializeApp } from "firebase/app";
import { connectFirestoreEmulator, doc, type Firestore, getDoc, getFirestore } from "firebase/firestore";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath, COLLECTIONS } from "../../functions/src/firestore/paths.ts";
import { createdEvent, deliver, storedDocument } from "../../scripts/emulators/cloudEvent.ts";
import { newAppId } from "../support/appIds.ts";
import { host } from "../support/hosts.ts";
import { post } from "../support/post.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const DATABASE_ID = "updater-figures";

describe("with DATABASE_ID", () => {
	it("events are stored and counted in that database, and nothing in the default one", async () => {
		const appId = newAppId();
		const [stats, countEvent] = await Promise.all([
			host("stats", { DATABASE_ID }),
			host("countEvent", { DATABASE_ID }),
		]);
		expect((await post(stats.url, validEvent(appId))).status).to.equal(200);

		const named = openFirestore(PROJECT_WITHOUT_TRIGGERS, DATABASE_ID);
		const other = openFirestore(PROJECT_WITHOUT_TRIGGERS);
		const [event] = (await named.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).get()).docs;
		if (event === undefined) throw new Error("No event is stored.");
		const delivery = createdEvent(PROJECT_WITHOUT_TRIGGERS, event.id, storedDocument(event), DATABASE_ID);
		expect(await deliver(countEvent.url, delivery)).to.equal(204);

		expect((await named.doc(appPath(appId)).get()).get("events")).to.equal(1);
		expect((await other.doc(appPath(appId)).get()).exists).to.equal(false);
		expect((await other.collectionGroup(COLLECTIONS.events).where("app_id", "==", appId).get()).size).to.equal(0);
	});

	it("the rules ask that database who is a member", async () => {
		const appId = newAppId();
		const named = openFirestore(suite.projectId, DATABASE_ID);
		const other = openFirestore(suite.projectId);
		await Promise.all([named, other].map((db) => db.doc(appPath(appId)).set({ app_id: appId })));
		await other.doc(`${appPath(appId)}/${COLLECTIONS.members}/of-the-default`).set({ role: "viewer" });
		await named.doc(`${appPath(appId)}/${COLLECTIONS.members}/of-the-named`).set({ role: "viewer" });

		const page = (uid: string) => readAs(uid, async (db) => (await getDoc(doc(db, appPath(appId)))).exists());
		expect(await page("of-the-named")).to.equal(true);
		expect(await page("of-the-default")).to.equal("permission-denied");
	});
});

/** What a signed-in page gets of the named database, or the code with which it is refused. */
async function readAs<T>(uid: string, read: (db: Firestore) => Promise<T>): Promise<T | string> {
	const app = initializeApp({ projectId: suite.projectId }, uid);
	const [hostname = "", port] = suite.firestoreHost.split(":");
	const db = getFirestore(app, DATABASE_ID);
	connectFirestoreEmulator(db, hostname, Number(port), { mockUserToken: { sub: uid } });
	try {
		return await read(db);
	} catch (error) {
		if (error instanceof Error && "code" in error) return String(error.code);
		throw error;
	} finally {
		await deleteApp(app);
	}
}
