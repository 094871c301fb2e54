import { expect } from "chai";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { writeAll } from "../../scripts/fleet/releaseHistory.ts";
import { DEMO_USERS } from "../../shared/demoUsers.ts";
import { expectAccessible } from "./accessibility.ts";
import { HISTORY_APP, letMemberRead, NEWEST, writeHistory } from "./history.ts";
import { expectFits, lookAgain, row, rows, signIn, textOf, usePages } from "./pages.ts";
import { addMember, db, installOf, RUN, removeMember, SUITE, sendEvents, untilCounted } from "./suite.ts";

/** An app that has hardly sent anything. */
const SMALL_APP = `com.example.small.${RUN}`;

describe("dashboard", function () {
	this.timeout(60_000);

	const pages = usePages();

	before(async () => {
		await sendEvents([installOf(SMALL_APP, "1.0.0")]);
		await writeHistory();
		await untilCounted(SMALL_APP, 1);
		await letMemberRead(SMALL_APP);
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
			expect(await readAs(token, `apps/${SMALL_APP}`)).to.equal(200);
			expect(await readAs(token, "apps/com.example.other")).to.equal(403);
			expect(await readAs(await idToken("somebody who is no member"), `apps/${SMALL_APP}`)).to.equal(403);
		});

		it("begins by itself once one is added, and ends as it was taken away, whatever is under way", async () => {
			const page = await pages.openAs("somebody who is no member");
			await page.getByRole("heading", { name: "You are not a member of any app yet" }).waitFor();
			const stranger = DEMO_USERS.find(({ role }) => role === "stranger");
			if (stranger === undefined) throw new Error("There is no demo stranger.");
			const { promise: rightEnded, resolve: letCountsGo } = Promise.withResolvers<void>();
			await page.route("**/*:runAggregationQuery*", async (route) => {
				await rightEnded;
				await route.continue();
			});
			await addMember(SMALL_APP, stranger.uid, stranger.email);
			await rows(page).first().waitFor();
			await removeMember(SMALL_APP, stranger.uid);
			await page.getByRole("heading", { name: `You are not a member of ${SMALL_APP}` }).waitFor();
			const refused = page.waitForResponse((response) => response.status() === 403);
			letCountsGo();
			await refused;
			await page.getByRole("heading", { name: `You are not a member of ${SMALL_APP}` }).waitFor();
			// The browser itself logs a request that is refused, and no page can keep it from that.
			pages.expectTrouble(page, [/^403: .*:runAggregationQuery/, /^console: Failed to load resource: .* 403 /]);
		});

		it("is to every app for operators, who find one among more than a hundred by the beginning of its id", async () => {
			const quiet = `com.example.quiet.${RUN}`;
			const busy = Array.from({ length: 100 }, (_, index) => `com.example.busy.${RUN}.${index}`);
			const written = (app: string, at: Date) => ({ path: appPath(app), data: { app_id: app, last_event_at: at } });
			await writeAll(db, [...busy.map((app) => written(app, new Date())), written(quiet, new Date(0))]);
			const page = await pages.openAs("demo operator", `?app=${SMALL_APP}`);
			await page.getByLabel(`App ${SMALL_APP}, choose another`).click();
			await page.getByLabel("Find an app").fill(HISTORY_APP);
			await page.getByRole("link", { name: HISTORY_APP }).click();
			await row(page, NEWEST).waitFor();
			await page.getByLabel(`App ${HISTORY_APP}, choose another`).click();
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
		const page = await pages.openAs("demo operator", `?app=${app}`, { hasOwnClock: true });
		await page.getByRole("heading", { name: `Nothing from ${app} yet` }).waitFor();
		const snippet = await textOf(page.getByRole("region", { name: "Plugin configuration" }));
		expect(snippet).to.contain(`statsUrl: "${SUITE.hostingUrl}/stats"`).and.contain(app);
		const command = await textOf(page.getByRole("region", { name: "First event" }));
		const [, body = ""] = /-d '(.*)'/.exec(command) ?? [];
		await sendEvents([JSON.parse(body)]);
		await untilCounted(app, 1);
		await lookAgain(page);
		await rows(page).first().waitFor();
	});

	describe("accessibility", () => {
		it("has nothing to find where one has no access, and fits a phone of 320 pixels", async () => {
			const page = await pages.open("?app=com.example.other");
			await page.locator(".guide").waitFor();
			await expectAccessible(page);
			await expectFits(page, 320);
		});

		it("has nothing to find on the sign-in and set-up pages, and they fit a phone", async () => {
			const page = await pages.openSignedOut("?app=com.example.empty");
			await page.getByRole("button", { name: "Sign in as demo operator" }).waitFor();
			await expectAccessible(page);
			await expectFits(page, 320);
			await page.setViewportSize({ width: 1280, height: 700 });
			await signIn(page, "demo operator");
			await page.locator(".steps").waitFor();
			await expectAccessible(page);
			await expectFits(page, 320);
		});

		it("begins with a link to the content, and does without motion where that is asked for", async () => {
			const page = await pages.load(`?app=${SMALL_APP}`);
			await rows(page).first().waitFor();
			await page.keyboard.press("Tab");
			expect(await page.evaluate(() => document.activeElement?.textContent)).to.equal("Skip to the content");
			await page.keyboard.press("Enter");
			expect(await page.evaluate(() => document.activeElement?.id)).to.equal("main");
			const animation = () => page.locator(".pulse").evaluate((pulse) => getComputedStyle(pulse).animationName);
			expect(await animation()).to.equal("pulse");
			await page.emulateMedia({ reducedMotion: "reduce" });
			expect(await animation()).to.equal("none");
		});
	});

	it("is light, dark or as the system, and remembers it", async () => {
		const page = await pages.open(`?app=${SMALL_APP}`);
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
