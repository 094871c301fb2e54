import { expect } from "chai";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { judgeHistory } from "../../scripts/fleet/judgeHistory.ts";
import { releaseHistory, writeAll } from "../../scripts/fleet/releaseHistory.ts";
import { DEMO_USERS } from "../../shared/demoUsers.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { expectNoOverflow, row, rows, signIn, textOf, usePages } from "./pages.ts";
import { addMember, db, removeMember, SUITE, sendEvents, sendFleet } from "./suite.ts";

// A suite that runs on has the apps of earlier runs still.
const RUN = Date.now().toString(36);

/** An app to which a simulated fleet sends. */
const FLEET_APP = `com.example.fleet.${RUN}`;

/** An app with a longer history than a test could send. */
const HISTORY_APP = `com.example.history.${RUN}`;

const DEVICES = 5;

describe("dashboard", function () {
	this.timeout(60_000);

	const pages = usePages();

	before(async () => {
		const [member] = DEMO_USERS;
		if (member === undefined) throw new Error("There is no demo member.");
		await addMember(FLEET_APP, member.uid, member.email);
		await addMember(HISTORY_APP, member.uid, member.email);
		const history = { appId: HISTORY_APP, versions: 24, days: 30, devices: 1_000, failures: 12, newestAge: 2 };
		await writeAll(db, releaseHistory(db, history, Date.now()));
		await judgeHistory(db, HISTORY_APP, Date.now());
		await sendFleet(FLEET_APP, DEVICES);
	});

	describe("access", () => {
		it("is refused to an app that one is no member of", async () => {
			const page = await pages.open("?app=com.example.other");
			await page.getByRole("heading", { name: "You are not a member of com.example.other" }).waitFor();
			const command = "npm run member -- add --app com.example.other --email member@example.com --emulator";
			await page.getByText(command, { exact: true }).waitFor();
		});

		it("is refused by the database itself, whatever the page would show", async () => {
			const token = await idToken("demo member");
			expect(await readAs(token, `apps/${FLEET_APP}`)).to.equal(200);
			expect(await readAs(token, "apps/com.example.other")).to.equal(403);
			expect(await readAs(await idToken("somebody who is no member"), `apps/${FLEET_APP}`)).to.equal(403);
		});

		it("begins by itself once one is added", async () => {
			const page = await pages.openAs("somebody who is no member");
			await page.getByRole("heading", { name: "You are not a member of any app yet" }).waitFor();
			const stranger = DEMO_USERS.find(({ role }) => role === "stranger");
			if (stranger === undefined) throw new Error("There is no demo stranger.");
			await addMember(FLEET_APP, stranger.uid, stranger.email);
			await rows(page).first().waitFor();
			// A count that is under way when the right to it ends is refused, which a browser logs.
			await page.locator(".figure, .tile-value").filter({ hasText: "…" }).first().waitFor({ state: "detached" });
			await removeMember(FLEET_APP, stranger.uid);
			await page.getByRole("heading", { name: `You are not a member of ${FLEET_APP}` }).waitFor();
		});

		it("is to every app for operators, who choose among them", async () => {
			const page = await pages.openAs("demo operator", `?app=${FLEET_APP}`);
			await page.getByLabel(`App ${FLEET_APP}, choose another`).click();
			await page.getByLabel("Find an app").fill(HISTORY_APP);
			await page.getByRole("link", { name: HISTORY_APP }).click();
			await row(page, "4.2.4").waitFor();
			await page.getByLabel(`App ${HISTORY_APP}, choose another`).waitFor();
		});

		it("is found by the beginning of its id where an operator has more than a hundred", async () => {
			const quiet = `com.example.quiet.${RUN}`;
			const busy = Array.from({ length: 100 }, (_, index) => `com.example.busy.${RUN}.${index}`);
			const written = (app: string, at: Date) => ({ path: appPath(app), data: { app_id: app, last_event_at: at } });
			await writeAll(db, [...busy.map((app) => written(app, new Date())), written(quiet, new Date(0))]);
			const page = await pages.openAs("demo operator", `?app=${FLEET_APP}`);
			await page.getByLabel(`App ${FLEET_APP}, choose another`).click();
			await page.getByRole("link", { name: busy[0] ?? "", exact: true }).waitFor();
			expect(await page.getByRole("link", { name: quiet }).count()).to.equal(0);
			await page.getByLabel("Find an app").fill("com.example.quiet");
			await page.getByRole("link", { name: quiet }).click();
			await page.getByLabel(`App ${quiet}, choose another`).waitFor();
			await page.keyboard.press("Escape");
		});

		it("ends with signing out", async () => {
			const page = await pages.openAs("demo operator");
			await page.getByLabel("Your account").click();
			await page.getByRole("button", { name: "Sign out" }).click();
			await page.getByRole("button", { name: "Sign in as demo member" }).waitFor();
		});
	});

	it("says what to do while an app has sent nothing, and stops when it does", async () => {
		const app = `com.example.new${Date.now()}`;
		const page = await pages.openAs("demo operator", `?app=${app}`);
		await page.getByRole("heading", { name: `Nothing from ${app} yet` }).waitFor();
		const snippet = await textOf(page.getByRole("region", { name: "Plugin configuration" }));
		expect(snippet).to.contain(`statsUrl: "${SUITE.hostingUrl}/stats"`).and.contain(app);
		const command = await textOf(page.getByRole("region", { name: "First event" }));
		const [, body = ""] = /-d '(.*)'/.exec(command) ?? [];
		await sendEvents([JSON.parse(body)]);
		await rows(page).first().waitFor();
	});

	describe("accessibility", () => {
		const views = [
			{ name: "overview", query: `?app=${HISTORY_APP}`, ready: "table.releases tbody tr:nth-child(10)" },
			{ name: "no access", query: "?app=com.example.other", ready: ".guide" },
		];
		for (const colorScheme of ["light", "dark"] as const) {
			for (const { name, query, ready } of views) {
				it(`has nothing to find in the ${name} view, ${colorScheme}`, async () => {
					const page = await pages.open(query);
					await page.emulateMedia({ colorScheme });
					await page.locator(ready).first().waitFor();
					expect(await accessibilityProblems(page)).to.deep.equal([]);
				});
			}
		}

		it("has nothing to find on the sign-in and set-up pages", async () => {
			const page = await pages.openSignedOut("?app=com.example.empty");
			await page.getByRole("button", { name: "Sign in as demo operator" }).waitFor();
			expect(await accessibilityProblems(page)).to.deep.equal([]);
			await signIn(page, "demo operator");
			await page.locator(".steps").waitFor();
			expect(await accessibilityProblems(page)).to.deep.equal([]);
		});

		it("begins with a link to the content", async () => {
			const page = await pages.open(`?app=${HISTORY_APP}`);
			await rows(page).first().waitFor();
			await page.keyboard.press("Tab");
			expect(await page.evaluate(() => document.activeElement?.textContent)).to.equal("Skip to the content");
			await page.keyboard.press("Enter");
			expect(await page.evaluate(() => document.activeElement?.id)).to.equal("main");
		});

		it("does without motion where that is asked for", async () => {
			const page = await pages.open(`?app=${HISTORY_APP}`);
			await page.emulateMedia({ reducedMotion: "reduce" });
			const animation = await page.locator(".pulse").evaluate((pulse) => getComputedStyle(pulse).animationName);
			expect(animation).to.equal("none");
		});

		for (const { name, query, ready } of views) {
			it(`fits a phone of 320 pixels: the ${name} view`, async () => {
				const page = await pages.open(query, { width: 320, height: 700 });
				await page.locator(ready).first().waitFor();
				await expectNoOverflow(page);
			});
		}
	});

	it("is light, dark or as the system, and remembers it", async () => {
		const page = await pages.open(`?app=${HISTORY_APP}`);
		const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		await page.emulateMedia({ colorScheme: "light" });
		const light = await background();
		await page.getByLabel("Your account").click();
		await page.getByLabel("Theme").selectOption("dark");
		const dark = await background();
		expect(dark).not.to.equal(light);
		await page.reload();
		await rows(page).first().waitFor();
		expect(await background()).to.equal(dark);
		await page.getByLabel("Your account").click();
		await page.getByLabel("Theme").selectOption("system");
		expect(await background()).to.equal(light);
	});
});

async function idToken(name: string): Promise<string> {
	const user = DEMO_USERS.find((demoUser) => demoUser.name === name);
	const url = `http://${SUITE.authHost}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=any`;
	const body = JSON.stringify({ email: user?.email, password: user?.password, returnSecureToken: true });
	const response = await fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json" } });
	const { idToken } = (await response.json()) as { idToken: string };
	return idToken;
}

async function readAs(token: string, path: string): Promise<number> {
	const documents = `http://${SUITE.firestoreHost}/v1/projects/${SUITE.projectId}/databases/(default)/documents`;
	const response = await fetch(`${documents}/${path}`, { headers: { Authorization: `Bearer ${token}` } });
	return response.status;
}
