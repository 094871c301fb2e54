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
	type Query,
	query,
	setDoc,
	Timestamp,
	updateDoc,
	where,
} from "firebase/firestore";
import {
	activeDevices,
	apps,
	appsBeginningWith,
	cappedDevices,
	daysOfVersion,
	devicesBeginningWith,
	devicesByCustomId,
	devicesOfRelease,
	devicesSeen,
	eventsOfDevice,
	failuresOfVersion,
	membershipsOf,
	newestAlerts,
	newestReleases,
	newestVersions,
	type QuerySpec,
	verdictsOn,
	versionsBeginningWith,
	versionsNamed,
} from "../../metrics/queries.ts";
import { toQuery } from "../../web/src/data/toQuery.ts";
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
			{ path: `apps/${APP}/verdicts/1.0.0`, get: READERS, list: READERS },
			{ path: `apps/${APP}/alerts/a`, get: READERS, list: READERS },
			// Credentials, and what the schedule remembers.
			{ path: `apps/${APP}/webhooks/w`, get: NOBODY, list: NOBODY },
			{ path: `apps/${APP}/tokens/t`, get: NOBODY, list: NOBODY },
			{ path: `apps/${APP}/watch/state`, get: NOBODY, list: NOBODY },
			{ path: "system/sweep", get: NOBODY, list: NOBODY },
			{ path: "system/judging", get: NOBODY, list: NOBODY },
			{ path: "system/intake", get: NOBODY, list: NOBODY },
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
		const failures = { appId: APP, version: "1.0.0", from: 0, to: Date.now(), limit: 50 };
		const QUERIES: Readonly<Record<string, QuerySpec>> = {
			"versions, newest activity first": newestVersions(APP, 50),
			"versions by their names": versionsNamed(APP, ["1.0.0", "no such"]),
			"versions by the beginning of their names": versionsBeginningWith(APP, "1.", 50),
			"releases, newest first": newestReleases(APP, 50),
			"verdicts on versions": verdictsOn(APP, ["1.0.0"]),
			"alerts, newest first": newestAlerts(APP, 50),
			"devices that the cap held back": cappedDevices(APP, "2026-01-01", 50),
			"a version's days": daysOfVersion(APP, "1.0.0", "2026-01-01", "2026-01-31"),
			"active devices": activeDevices(APP, "2026-01-01", "all"),
			"active production devices of a version": activeDevices(APP, "2026-01-01", "production", "1.0.0"),
			"devices seen since a day": devicesSeen({
				appId: APP,
				audience: "production",
				since: "2026-01-01",
				version: "1.0.0",
			}),
			"devices on which a version failed": devicesOfRelease({ ...failures, audience: "all", list: "failed_versions" }),
			"devices by the beginning of their ids": devicesBeginningWith(APP, "D", 50),
			"a device by its custom id": devicesByCustomId(APP, "till-7", 50),
			"a device's newest events": eventsOfDevice(APP, "d", 50),
			"newest failures of a version": failuresOfVersion(failures),
			"newest failures of a version by action": failuresOfVersion({ ...failures, action: "set_fail" }),
		};

		for (const [name, spec] of Object.entries(QUERIES)) {
			it(`${name}: members and operators read and count one document, others nothing`, async () => {
				for (const actor of EVERYONE) {
					const asked = toQuery(clientOf(actor), spec);
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

		it("the apps that sent something: operators only", async () => {
			for (const actor of EVERYONE) {
				await expectAllowed(actor === "operator", getDocs(toQuery(clientOf(actor), apps(50))));
				await expectAllowed(actor === "operator", getDocs(toQuery(clientOf(actor), appsBeginningWith("com.", 50))));
			}
		});

		it("the apps of a user: their own memberships and nobody else's", async () => {
			const memberships = (actor: Actor, uid: string) => toQuery(clientOf(actor), membershipsOf(uid));
			expect((await assertSucceeds(getDocs(memberships("viewer", "viewer")))).size).to.equal(1);
			expect((await assertSucceeds(getCountFromServer(memberships("viewer", "viewer")))).data().count).to.equal(1);
			expect((await assertSucceeds(getDocs(memberships("signed in", "stranger")))).size).to.equal(0);
			await assertFails(getDocs(memberships("viewer", "admin")));
			await assertFails(getDocs(memberships("anonymous", "viewer")));
			await assertFails(getDocs(collectionGroup(clientOf("viewer"), "members")));
		});
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

		const closed = [
			"apps",
			"devices",
			"versions",
			"days",
			"verdicts",
			"alerts",
			"webhooks",
			"tokens",
			"watch",
			"notes",
		];
		for (const group of closed) {
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
	return toQuery(db, failuresOfVersion({ appId, version: "1.0.0", from: 0, to: Date.now(), limit: 50 }));
}

async function expectAllowed(isAllowed: boolean, request: Promise<unknown>): Promise<void> {
	await (isAllowed ? assertSucceeds(request) : assertFails(request));
}
