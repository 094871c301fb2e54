import { expect } from "chai";
import { openAuth } from "../../functions/admin/members/authClient.ts";
import { addMember, listMembers, removeMember } from "../../functions/admin/members/members.ts";
import { addOperator, listOperators, removeOperator } from "../../functions/admin/members/operators.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { appPath, memberPath } from "../../functions/src/firestore/paths.ts";
import { runCommand, spawnCommand } from "../support/commands.ts";

const APP = "com.example.shop";
const ADA = "ada@example.com";
const NOW = new Date("2026-01-02T03:04:05Z");

/** A project of its own: its users and members are nobody else's. */
const PROJECT = `demo-members-${process.pid}`;

describe("members", () => {
	const db = openFirestore(PROJECT);
	const auth = openAuth(PROJECT);
	const add = (email: string, role: "viewer" | "admin" = "viewer") =>
		addMember({ db, auth }, { appId: APP, email, role }, NOW);

	afterEach(async () => {
		await db.recursiveDelete(db.doc(`apps/${APP}`));
		const { users } = await auth.listUsers();
		await auth.deleteUsers(users.map(({ uid }) => uid));
	});

	it("lets in somebody who never signed in, with the whole document that the rules read", async () => {
		expect(await add(ADA)).to.include({ ok: true });
		const { uid } = await auth.getUserByEmail(ADA);
		const member = await db.doc(memberPath(APP, uid)).get();
		expect(member.data()).to.deep.include({ uid, app_id: APP, email: ADA, role: "viewer" });
		expect(member.get("added_at").toDate()).to.deep.equal(NOW);
	});

	it("finds a user who signed in before", async () => {
		const { uid } = await auth.createUser({ email: ADA, emailVerified: true, password: "correct horse" });
		await add(ADA);
		expect((await db.doc(memberPath(APP, uid)).get()).exists).to.equal(true);
	});

	it("refuses a user who signed up with an address that they never proved", async () => {
		await auth.createUser({ email: ADA, password: "correct horse" });
		expect(await add(ADA)).to.deep.equal({ ok: false, reason: "email_not_verified" });
		expect(await addOperator(auth, ADA)).to.deep.equal({ ok: false, reason: "email_not_verified" });
		expect(await listMembers(db, APP)).to.deep.equal([]);
		expect(await listOperators(auth)).to.deep.equal([]);
	});

	it("changes the role of a member who is added again, and keeps since when they are one", async () => {
		await add(ADA);
		await addMember({ db, auth }, { appId: APP, email: ADA, role: "admin" }, new Date());
		expect(await listMembers(db, APP)).to.deep.equal([{ email: ADA, role: "admin" }]);
		const { uid } = await auth.getUserByEmail(ADA);
		expect((await db.doc(memberPath(APP, uid)).get()).get("added_at").toDate()).to.deep.equal(NOW);
	});

	it("lists members by address and removes only the one named", async () => {
		await add("bob@example.com", "admin");
		await add(ADA);
		expect(await removeMember(db, APP, "nobody@example.com")).to.equal(0);
		expect(await removeMember(db, APP, "bob@example.com")).to.equal(1);
		expect(await listMembers(db, APP)).to.deep.equal([{ email: ADA, role: "viewer" }]);
	});

	it("removes a member whose user is deleted already", async () => {
		await add(ADA);
		await auth.deleteUser((await auth.getUserByEmail(ADA)).uid);
		expect(await removeMember(db, APP, ADA)).to.equal(1);
		expect(await listMembers(db, APP)).to.deep.equal([]);
	});

	it("gives and takes the operator's claim and leaves other claims alone", async () => {
		const { uid } = await auth.createUser({ email: ADA, emailVerified: true });
		await auth.setCustomUserClaims(uid, { team: "payments" });
		await addOperator(auth, ADA);
		expect((await auth.getUser(uid)).customClaims).to.deep.equal({ team: "payments", operator: true });
		expect(await listOperators(auth)).to.deep.equal([ADA]);
		expect(await removeOperator(auth, ADA)).to.equal(true);
		expect((await auth.getUser(uid)).customClaims).to.deep.equal({ team: "payments" });
		expect(await removeOperator(auth, ADA)).to.equal(false);
	});

	describe("npm run member", () => {
		const environment = { GCLOUD_PROJECT: PROJECT };
		const member = (...args: readonly string[]) => runCommand("member", args, { environment });

		it("adds, lists and removes", async () => {
			const args = ["add", "--app", APP, "--email", " Ada@Example.com", "--role", "admin"];
			const added = await spawnCommand("member", args, environment);
			expect(added.stdout).to.equal(`${ADA} is admin of ${APP}.\n`);
			expect(added.stderr).to.include(`${APP} sent nothing yet. Is the app's id right?`);
			expect((await spawnCommand("member", ["invite"], environment)).code).to.equal(1);
			expect((await member("list", "--app", APP)).stdout).to.equal(`admin   ${ADA}\n`);
			const removed = await member("remove", "--app", APP, "--email", ADA);
			expect(removed.stdout).to.equal(`${ADA} reads ${APP} no more.\n`);
			expect(await listMembers(db, APP)).to.deep.equal([]);
		});

		it("does not doubt the id of an app that sent something", async () => {
			await db.doc(appPath(APP)).set({ app_id: APP });
			expect((await member("add", "--app", APP, "--email", ADA)).stderr).not.to.include("sent nothing yet");
		});

		for (const [what, args, message] of [
			[
				"an argument",
				["add", "--app", APP, "--email", ADA, "--role", "owner"],
				"--role is owner: give viewer or admin.",
			],
			["a command that is missing", [], "A command is missing: give add, remove or list."],
			["a command that is unknown", ["invite"], "There is no command invite: give add, remove or list."],
			["an argument too many", ["list", APP], `Unexpected argument '${APP}'.`],
		] as const) {
			it(`says what is wrong with ${what}`, async () => {
				const { code, stderr } = await member(...args);
				expect(code).to.equal(1);
				expect(stderr).to.include(message);
			});
		}
	});
});
