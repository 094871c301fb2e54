import { assertFails, assertSucceeds, type RulesTestEnvironment } from "@firebase/rules-unit-testing";
import { expect } from "chai";
import {
	collection,
	collectionGroup,
	deleteDoc,
	doc,
	type Firestore,
	getCountFromServer,
	getDoc,
	getDocs,
	limit,
	orderBy,
	type Query,
	query,
	setDoc,
	Timestamp,
	updateDoc,
	where,
} from "firebase/firestore";
import { unevaluatedExpressions } from "./coverage.ts";
import {
	ACTORS,
	type Actor,
	APP,
	createClients,
	createWorld,
	EVERYONE,
	modular,
	OTHER_APP,
	openRulesEnvironment,
	PERCENT_APP,
	SLASHED_APP,
	withoutRules,
} from "./world.ts";

const READERS: readonly Actor[] = ["viewer", "admin", "operator"];
const OPERATORS: readonly Actor[] = ["operator"];
const NOBODY: readonly Actor[] = [];

describe("firestore.rules", () => {
	let environment: RulesTestEnvironment;
	let clients: ReadonlyMap<Actor, Firestore>;

	before(async () => {
		environment = await openRulesEnvironment();
		clients = createClients(environment);
		await createWorld(environment);
	});

	after(() => environment.cleanup());

	function clientOf(actor: Actor): Firestore {
		const client = clients.get(actor);
		if (!client) throw new Error(`There is no client of ${actor}.`);
		return client;
	}

	/** Who may get and list what; nobody may write anything. A path is that of a document which exists. */
	const MATRIX: readonly { readonly path: string; readonly get: readonly Actor[]; readonly list: readonly Actor[] }[] =
		[
			{ path: `apps/${APP}`, get: READERS, list: OPERATORS },
			{
				path: `apps/${APP}/members/auditor`,
				get: [...withSelf("auditor"), "admin", "operator"],
				list: ["admin", "operator"],
			},
			{ path: `apps/${APP}/devices/d`, get: READERS, list: READERS },
			{ path: `apps/${APP}/devices/d/events/e`, get: READERS, list: READERS },
			{ path: `apps/${APP}/versions/1.0.0`, get: READERS, list: READERS },
			{ path: `apps/${APP}/versions/1.0.0/days/2026-01-02`, get: READERS, list: READERS },
			{ path: `apps/${APP}/notes/n`, get: NOBODY, list: NOBODY },
			{ path: `apps/${APP}/devices/d/events/e/notes/n`, get: NOBODY, list: NOBODY },
			{ path: "notes/n", get: NOBODY, list: NOBODY },
			// A collection group has one rule wherever it stands, and an operator may read the group.
			{ path: "notes/n/events/e", get: NOBODY, list: OPERATORS },
			{ path: "notes/n/members/someone", get: NOBODY, list: NOBODY },
		];

	for (const { path, get, list } of MATRIX) {
		const parent = path.slice(0, path.lastIndexOf("/"));
		describe(path, () => {
			for (const actor of EVERYONE) {
				const mayGet = get.includes(actor);
				const mayList = list.includes(actor);

				it(`${actor}: ${mayGet ? "gets" : "can't get"}, ${mayList ? "lists" : "can't list"}, can't write`, async () => {
					const db = clientOf(actor);
					await expectAllowed(mayGet, getDoc(doc(db, path)));
					await expectAllowed(mayList, getDocs(collection(db, parent)));
					await expectAllowed(mayList, getCountFromServer(collection(db, parent)));
					await assertFails(setDoc(doc(db, parent, "new"), newDocument(actor)));
					await assertFails(setDoc(doc(db, path), newDocument(actor)));
					await assertFails(updateDoc(doc(db, path), newDocument(actor)));
					await assertFails(deleteDoc(doc(db, path)));
				});
			}
		});
	}

	describe("queries of the dashboard and the report", () => {
		const QUERIES: Readonly<Record<string, (db: Firestore) => Query>> = {
			"versions, newest activity first": (db) =>
				query(collection(db, `apps/${APP}/versions`), orderBy("last_event_at", "desc")),
			"a version's days since a day": (db) =>
				query(collection(db, `apps/${APP}/versions/1.0.0/days`), where("day", ">=", "2026-01-01")),
			"active devices of a version": (db) =>
				query(
					collection(db, `apps/${APP}/devices`),
					where("version_name", "==", "1.0.0"),
					where("active_on", ">=", "2026-01-01"),
				),
			"active production devices of a version": (db) =>
				query(
					collection(db, `apps/${APP}/devices`),
					where("is_dev", "==", false),
					where("version_name", "==", "1.0.0"),
					where("active_on", ">=", "2026-01-01"),
				),
			"a device by its custom id": (db) =>
				query(collection(db, `apps/${APP}/devices`), where("custom_id", "==", "till-7")),
			"a device's newest events": (db) =>
				query(collection(db, `apps/${APP}/devices/d/events`), orderBy("occurred_at", "desc"), limit(50)),
			"newest failures of a version": (db) => failuresOf(db, APP),
			"newest failures of a version by action": (db) =>
				query(
					collectionGroup(db, "events"),
					where("app_id", "==", APP),
					where("failed_version_name", "==", "1.0.0"),
					where("action", "==", "set_fail"),
					orderBy("occurred_at", "desc"),
					limit(50),
				),
		};

		for (const [name, queryOf] of Object.entries(QUERIES)) {
			it(`${name}: members and operators read and count one document, others nothing`, async () => {
				for (const actor of EVERYONE) {
					const asked = queryOf(clientOf(actor));
					if (READERS.includes(actor)) {
						expect((await assertSucceeds(getDocs(asked))).size, actor).to.equal(1);
						expect((await assertSucceeds(getCountFromServer(asked))).data().count, actor).to.equal(1);
					} else {
						await assertFails(getDocs(asked));
						await assertFails(getCountFromServer(asked));
					}
				}
			});
		}
	});

	describe("collection groups", () => {
		it("events without a filter by app are for operators only", async () => {
			const since = where("occurred_at", ">=", Timestamp.fromMillis(0));
			for (const actor of EVERYONE) {
				const db = clientOf(actor);
				await expectAllowed(actor === "operator", getDocs(collectionGroup(db, "events")));
				await expectAllowed(actor === "operator", getDocs(query(collectionGroup(db, "events"), since)));
			}
		});

		it("events of several apps are not read with the membership of one", async () => {
			const db = clientOf("viewer");
			const ofBoth = where("app_id", "in", [APP, OTHER_APP]);
			await assertFails(getDocs(query(collectionGroup(db, "events"), ofBoth)));
			await assertFails(getDocs(query(collectionGroup(db, "events"), where("app_id", "!=", OTHER_APP))));
			await assertFails(getDocs(query(collectionGroup(db, "events"), where("app_id", ">=", APP))));
		});

		it("an app id never reaches another app's member document", async () => {
			const db = modular(environment.authenticatedContext("slashed-member"));
			await assertSucceeds(getDoc(doc(db, `apps/${SLASHED_APP.documentId}/devices/d/events/e`)));
			await assertFails(getDoc(doc(db, `apps/${PERCENT_APP.documentId}/devices/d/events/e`)));
			for (const appId of [PERCENT_APP.appId, "a%2Fb/members/x", `../apps/${APP}`, "..", "__x__", ""]) {
				await assertFails(getDocs(failuresOf(db, appId)));
			}
		});

		it("a user finds their own memberships and nobody else's", async () => {
			const memberships = (db: Firestore, uid: string) =>
				query(collectionGroup(db, "members"), where("uid", "==", uid));
			const viewer = clientOf("viewer");
			expect((await assertSucceeds(getDocs(memberships(viewer, "viewer")))).size).to.equal(1);
			expect((await assertSucceeds(getCountFromServer(memberships(viewer, "viewer")))).data().count).to.equal(1);
			await assertFails(getDocs(memberships(viewer, "admin")));
			await assertFails(getDocs(collectionGroup(viewer, "members")));
			const stranger = clientOf("signed in");
			expect((await assertSucceeds(getDocs(memberships(stranger, "stranger")))).size).to.equal(0);
			await assertFails(getDocs(memberships(clientOf("anonymous"), "viewer")));
		});

		for (const group of ["apps", "devices", "versions", "days", "notes"]) {
			it(`${group} can't be read as a group by anyone`, async () => {
				for (const actor of EVERYONE) {
					await assertFails(getDocs(query(collectionGroup(clientOf(actor), group), where("app_id", "==", APP))));
				}
			});
		}
	});

	it("takes access away at once when the member's document is deleted", async () => {
		const member = modular(environment.authenticatedContext("soon-gone"));
		const document = `apps/${APP}/members/soon-gone`;
		await withoutRules(environment, (db) =>
			setDoc(doc(db, document), { app_id: APP, uid: "soon-gone", role: "viewer" }),
		);
		await assertSucceeds(getDocs(collection(member, `apps/${APP}/versions`)));
		await assertSucceeds(getDocs(failuresOf(member, APP)));

		await withoutRules(environment, (db) => deleteDoc(doc(db, document)));
		await assertFails(getDocs(collection(member, `apps/${APP}/versions`)));
		await assertFails(getDocs(failuresOf(member, APP)));
	});

	// A suite of its own: mocha runs those last.
	describe("coverage", () => {
		it("no expression was never evaluated by the tests above", async () => {
			const emulator = process.env["FIRESTORE_EMULATOR_HOST"] ?? "";
			expect(await unevaluatedExpressions(emulator, environment.projectId)).to.deep.equal([]);
		});
	});
});

/** The actors that are the user of this uid. */
function withSelf(uid: string): readonly Actor[] {
	return EVERYONE.filter((actor) => ACTORS[actor]?.uid === uid);
}

/** What an attacker would like to write: themselves as an admin. */
function newDocument(actor: Actor) {
	return { app_id: APP, uid: ACTORS[actor]?.uid ?? "anonymous", role: "admin" };
}

function failuresOf(db: Firestore, appId: string): Query {
	return query(
		collectionGroup(db, "events"),
		where("app_id", "==", appId),
		where("failed_version_name", "==", "1.0.0"),
		orderBy("occurred_at", "desc"),
		limit(50),
	);
}

async function expectAllowed(isAllowed: boolean, request: Promise<unknown>): Promise<void> {
	await (isAllowed ? assertSucceeds(request) : assertFails(request));
}
