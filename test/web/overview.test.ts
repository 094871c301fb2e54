import { expect } from "chai";
import type { Page } from "playwright-core";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { appPath, devicePath, versionPath } from "../../functions/src/firestore/paths.ts";
import { percent } from "../../functions/src/releases/sentence.ts";
import { judgeHistory } from "../../scripts/fleet/judgeHistory.ts";
import { releaseHistory, writeAll } from "../../scripts/fleet/releaseHistory.ts";
import { DEMO_USERS } from "../../web/src/session/demoUsers.ts";
import { accessibilityProblems } from "./accessibility.ts";
import {
	cell,
	expectCell,
	expectDrawn,
	expectNoOverflow,
	exportedLines,
	figure,
	row,
	rows,
	textOf,
	usePages,
} from "./pages.ts";
import { addMember, db, installOf, readVerdict, SUITE, sendEvents } from "./suite.ts";

// A suite that runs on has the apps of earlier runs still.
const RUN = Date.now().toString(36);

/** An app with releases that were judged. Of its 24 releases the newest fails. */
const HISTORY_APP = `com.example.overview.${RUN}`;
const FAILING = "4.2.4";
const OLDEST = "4.0.1";

/** An app to which tests send. */
const LIVE_APP = `com.example.live.${RUN}`;

/** An app of which there is much to tell. */
const TROUBLED_APP = `com.example.troubled.${RUN}`;

describe("overview", function () {
	this.timeout(60_000);

	const pages = usePages();

	before(async () => {
		const [member] = DEMO_USERS;
		if (member === undefined) throw new Error("There is no demo member.");
		for (const app of [HISTORY_APP, LIVE_APP, TROUBLED_APP]) await addMember(app, member.uid, member.email);
		const size = { appId: HISTORY_APP, versions: 24, days: 30, devices: 1_000, failures: 0, newestAge: 2 };
		await writeAll(db, releaseHistory(db, size, Date.now()));
		await judgeHistory(db, HISTORY_APP, Date.now());
		await writeTrouble();
		await sendEvents([installOf(LIVE_APP, "9.0.0"), installOf(LIVE_APP, "9.0.0"), installOf(LIVE_APP, "9.0.0")]);
	});

	async function openHistory(): Promise<Page> {
		const page = await pages.open(`?app=${HISTORY_APP}`);
		await row(page, FAILING).waitFor();
		return page;
	}

	it("says of each release what the schedule wrote down, newest first", async () => {
		const page = await openHistory();
		const versions = await rows(page).evaluateAll((all) => all.map((each) => each.getAttribute("data-version") ?? ""));
		const releases = versions.filter((version) => version.startsWith("4."));
		expect(releases).to.have.length(20);
		const days: string[] = [];
		for (const version of releases) {
			const verdict = await readVerdict(HISTORY_APP, version);
			expect(await textOf(row(page, version).locator(".sentence"))).to.equal(verdict.sentence);
			days.push(verdict.first_installed_on ?? "");
		}
		expect(days).to.deep.equal(days.toSorted().toReversed());
		expect(await textOf(cell(row(page, FAILING), "Verdict"))).to.match(/Failing.*since [A-Z][a-z]{2} \d+.*judged/);
	});

	it("counts devices, each once, with the interval", async () => {
		const page = await openHistory();
		const { devices } = await readVerdict(HISTORY_APP, FAILING);
		await expectCell(row(page, FAILING), "Failed", `${devices.failed} of ${devices.tried}`);
		expect(await figure(row(page, FAILING), "Failed")).to.equal(percent(devices.failed / devices.tried));
		expect(await textOf(cell(row(page, FAILING), "Failed"))).to.match(/likely \d+(\.\d+)? – \d+(\.\d+)? %/);
		expect(await figure(row(page, FAILING), "Crashed")).to.equal(percent(devices.crashed / devices.ran));
	});

	it("tells how far each release has come, of the devices that are active", async () => {
		const page = await openHistory();
		await expectCell(row(page, FAILING), "Adoption", /^\d+(\.\d+)? %\d+ devices$/);
		const active = Number((await textOf(tile(page, "Active devices"))).replaceAll(",", ""));
		const [, running = ""] = /%(\d+) devices/.exec(await textOf(cell(row(page, FAILING), "Adoption"))) ?? [];
		expect(await figure(row(page, FAILING), "Adoption")).to.equal(percent(Number(running) / active));
	});

	it("gives each day's figures to the pointer and to the keyboard", async () => {
		const page = await openHistory();
		const bars = page.getByRole("slider", { name: `${FAILING}: devices by day` });
		await bars.focus();
		const { cohorts } = await readVerdict(HISTORY_APP, FAILING);
		const [day = "", devices] = Object.entries(cohorts).toSorted().at(-2) ?? [];
		const back = Math.round((Date.parse(utcDay(Date.now())) - Date.parse(day)) / 86_400_000);
		for (let step = 0; step < back; step += 1) await page.keyboard.press("ArrowLeft");
		const told = new RegExp(`: ${devices?.tried} devices, ${devices?.failed ?? 0} failed`);
		expect(await bars.getAttribute("aria-valuetext")).to.match(told);
		expect(await textOf(page.locator(".trend-figures"))).to.match(told);
		await bars.hover({ position: { x: 2, y: 5 } });
		expect(await textOf(page.locator(".trend-figures"))).not.to.match(told);
	});

	it("is sorted by each column, either way, and the URL remembers it", async () => {
		const page = await openHistory();
		const head = page.getByRole("columnheader", { name: "Failed" });
		await head.getByRole("button").click();
		expect(await head.getAttribute("aria-sort")).to.equal("descending");
		expect(await rows(page).first().getAttribute("data-version")).to.equal(FAILING);
		expect(page.url()).to.contain("sort=-failed");
		await head.getByRole("button").click();
		expect(await head.getAttribute("aria-sort")).to.equal("ascending");
		expect(await rows(page).first().getAttribute("data-version")).not.to.equal(FAILING);
		for (const name of ["Release", "Verdict", "Adoption", "Crashed", "Without it", "14 days", "Last event"]) {
			await page.getByRole("columnheader", { name }).getByRole("button").click();
			expect(await page.getByRole("columnheader", { name }).getAttribute("aria-sort")).to.equal("descending");
		}
	});

	it("gives a version the same colour wherever it stands", async () => {
		const page = await openHistory();
		await page.locator(".running-legend li").first().waitFor();
		const legend = page.locator(".running-legend li").filter({ hasText: FAILING }).locator(".swatch");
		const inRow = row(page, FAILING).locator("th .swatch");
		const colorOf = (element: Element) => getComputedStyle(element).backgroundColor;
		expect(await legend.evaluate(colorOf)).to.equal(await inRow.evaluate(colorOf));
	});

	it("draws the days of all releases", async () => {
		await expectDrawn((await openHistory()).getByRole("img", { name: /^Devices by the day/ }));
	});

	it("shows more releases on demand, and finds those that it doesn't list", async () => {
		const page = await openHistory();
		expect(await row(page, OLDEST).count()).to.equal(0);
		await page.getByLabel("Find a version").fill("4.0.");
		await row(page, OLDEST).waitFor();
		expect(await textOf(row(page, OLDEST).locator(".sentence"))).to.equal(
			(await readVerdict(HISTORY_APP, OLDEST)).sentence,
		);
		expect(page.url()).to.contain("find=4.0.");
		await page.getByLabel("Find a version").fill("");
		await page.getByRole("button", { name: "Show 20 more releases" }).click();
		await row(page, OLDEST).waitFor();
	});

	it("says that there is no such version", async () => {
		const page = await pages.open(`?app=${HISTORY_APP}&find=77`);
		await page.getByText("No version's name begins with “77”.").waitFor();
	});

	it("is exported as it is shown", async () => {
		const page = await openHistory();
		await expectCell(row(page, FAILING), "Adoption", "device");
		const lines = await exportedLines(page, page.getByRole("button", { name: "Export CSV" }));
		expect(lines).to.have.length(1 + (await rows(page).count()));
		expect(lines[0]).to.match(/^version,verdict,family,since,sentence,/);
		expect(lines[1]).to.match(/^4\.2\.4,failing,updates,\d{4}-\d\d-\d\d,/);
	});

	it("reads less than 500 documents", async () => {
		const page = await openHistory();
		for (const each of await rows(page).all()) await cell(each, "Adoption").filter({ hasText: "device" }).waitFor();
		const read = Number(await textOf(page.getByTestId("documents-read")));
		expect(read).to.be.greaterThan(60).and.lessThan(500);
	});

	describe("of an app that sends", () => {
		const query = `?app=${LIVE_APP}`;

		it("shows a release before it is judged, and its verdict as soon as there is one", async () => {
			const page = await pages.open(query);
			await row(page, "9.0.0").waitFor();
			const version = "9.1.0";
			await sendEvents([installOf(LIVE_APP, version), installOf(LIVE_APP, version), installOf(LIVE_APP, version)]);
			await expectCell(row(page, version), "Verdict", "Not judged yet");
			await expectCell(row(page, version), "Failed", "0 of 3");
			expect(await figure(row(page, version), "Failed")).to.equal("0 %");
			expect(await figure(row(page, version), "14 days")).to.contain("–");
			await judgeHistory(db, LIVE_APP, Date.now());
			await expectCell(row(page, version), "Verdict", "Too early");
		});

		it("counts an event while one looks", async () => {
			const page = await pages.open(query);
			await expectCell(row(page, "9.0.0"), "Failed", "of 3");
			await sendEvents([installOf(LIVE_APP, "9.0.0")]);
			await expectCell(row(page, "9.0.0"), "Failed", "of 4");
		});

		it("asks for the devices of each version once, though events come meanwhile: a count is billed", async () => {
			const page = await pages.open();
			const { promise: eventsCame, resolve: letCountsGo } = Promise.withResolvers<void>();
			let counts = 0;
			await page.route("**/*:runAggregationQuery*", async (route) => {
				counts += 1;
				await eventsCame;
				await route.continue();
			});
			await page.goto(`${SUITE.hostingUrl}/${query}`);
			await row(page, "9.0.0").waitFor();
			const tried = await textOf(cell(row(page, "9.0.0"), "Failed"));
			await sendEvents([installOf(LIVE_APP, "9.0.0")]);
			await cell(row(page, "9.0.0"), "Failed").filter({ hasNotText: tried }).waitFor();
			letCountsGo();
			for (const each of await rows(page).all()) await cell(each, "Adoption").filter({ hasText: "device" }).waitFor();
			expect(counts).to.equal((await rows(page).count()) + 1);
		});

		it("leaves emulators and development builds out until asked for", async () => {
			const version = "9.2.0";
			const production = [installOf(LIVE_APP, version), installOf(LIVE_APP, version), installOf(LIVE_APP, version)];
			await sendEvents([...production, { ...installOf(LIVE_APP, version), is_emulator: true }]);
			const page = await pages.open(query);
			await expectCell(row(page, version), "Failed", "0 of 3");
			await page.getByLabel("Dev builds").check();
			await expectCell(row(page, version), "Failed", "0 of 4");
			expect(page.url()).to.contain("dev=1");
		});
	});

	describe("of an app in trouble", () => {
		const query = `?app=${TROUBLED_APP}`;

		it("still shows the release beside 500 made-up versions of one device each", async () => {
			const page = await pages.open(query);
			await expectCell(row(page, "2.0.0"), "Failed", "3 of 60");
			expect(await rows(page).first().getAttribute("data-version")).to.equal("2.0.0");
			await page.getByRole("button", { name: /^Show \d+ tried by fewer than three devices$/ }).click();
			await page.getByText(/\d+ more that fewer than three devices tried are not listed/).waitFor();
		});

		it("tells what waits, what was dropped, and which devices sent it", async () => {
			const page = await pages.open(query);
			await page.getByText("1,204 events had waited to be counted").waitFor();
			await page.getByText("This app is paused").waitFor();
			await page.getByText("70,321 events were dropped").waitFor();
			await page.getByText("One device sent more in a day than is stored of one").click();
			await page.getByRole("link", { name: "00000000-0000-4000-8000-00000000abcd" }).waitFor();
			await page.locator(".strip-list").getByText("8,123").waitFor();
		});

		it("tells of failures that are about no release, apart from failed checks", async () => {
			const page = await pages.open(query);
			await row(page, "unknown").waitFor();
			expect(await textOf(tile(page, "Updates that aren't named"))).to.equal("60");
			expect(await textOf(tile(page, "Failed checks"))).to.equal("41");
			expect(await textOf(cell(row(page, "unknown"), "Verdict"))).to.contain("Not judged");
		});

		it("shows the alerts, and that no events arrive", async () => {
			const page = await pages.open(query);
			const alerts = page.getByRole("region", { name: "Alerts" });
			await alerts.getByText("No event for 5 hours.").waitFor();
			await alerts.getByText("acknowledged").waitFor();
			await alerts.getByRole("link", { name: "2.0.0" }).waitFor();
			await page.getByText("No events arrive").waitFor();
		});
	});

	describe("accessibility", () => {
		for (const app of [HISTORY_APP, TROUBLED_APP]) {
			for (const colorScheme of ["light", "dark"] as const) {
				it(`has nothing to find, ${colorScheme}: ${app}`, async () => {
					const page = await pages.open(`?app=${app}`);
					await page.emulateMedia({ colorScheme });
					await rows(page).first().waitFor();
					await cell(rows(page).first(), "Adoption").filter({ hasText: "device" }).waitFor();
					expect(await accessibilityProblems(page)).to.deep.equal([]);
				});
			}

			for (const width of [320, 800, 1100, 1280]) {
				it(`cuts nothing off at ${width} pixels: ${app}`, async () => {
					const page = await pages.open(`?app=${app}`, { width, height: 700 });
					await rows(page).first().waitFor();
					await cell(rows(page).first(), "Adoption").filter({ hasText: "device" }).waitFor();
					await expectNoOverflow(page);
					const outside = await page
						.locator("table.releases :is(td, th), main button, main input")
						.evaluateAll((all) => all.map((each) => each.getBoundingClientRect()))
						.then((boxes) => boxes.filter(({ left, right }) => left < 0 || right > width).length);
					expect(outside).to.equal(0);
				});
			}
		}
	});
});

/** What an app has whose sending went wrong in each way that the page tells of. */
async function writeTrouble(): Promise<void> {
	const now = new Date();
	const counted = (version: string, fields: object) => ({
		path: versionPath(TROUBLED_APP, version),
		data: {
			app_id: TROUBLED_APP,
			version_name: version,
			events: 1,
			first_event_at: now,
			last_event_at: now,
			...fields,
		},
	});
	const madeUp = Array.from({ length: 500 }, (_, index) => counted(`666.0.${index}`, { devices: { tried: 1 } }));
	const earlier = new Date(now.getTime() - 5_000);
	const release = { tried: 60, downloaded: 60, installed: 60, ran: 60, failed: 3 };
	await writeAll(db, [
		...madeUp,
		counted("2.0.0", { devices: release, failed_checks: 41, last_event_at: earlier }),
		counted("unknown", { devices: { tried: 60, downloaded: 60, failed: 60 }, last_event_at: earlier }),
		{
			path: `${versionPath(TROUBLED_APP, "2.0.0")}/days/${utcDay(now.getTime())}`,
			data: {
				app_id: TROUBLED_APP,
				version_name: "2.0.0",
				day: utcDay(now.getTime()),
				devices: release,
				last_event_at: now,
			},
		},
	]);
	await judgeHistory(db, TROUBLED_APP, now.getTime());
	const alert = { app_id: TROUBLED_APP, created_at: now, acknowledged_at: null };
	const told = "No event for 5 hours.";
	await writeAll(db, [
		{ path: `${appPath(TROUBLED_APP)}/alerts/1`, data: { ...alert, kind: "silence", is_over: false, sentence: told } },
		{
			path: `${appPath(TROUBLED_APP)}/alerts/2`,
			data: {
				...alert,
				kind: "release",
				version_name: "2.0.0",
				verdict: "worse",
				sentence: "3 of 60 devices failed.",
				acknowledged_at: now,
			},
		},
		{
			path: appPath(TROUBLED_APP),
			data: {
				app_id: TROUBLED_APP,
				events: 561,
				last_event_at: earlier,
				backlog: { events: 1_204, oldest_at: earlier, swept_at: now },
				dropped: { [utcDay(now.getTime())]: 70_321, "2020-01-01": 9 },
				paused_at: earlier,
			},
		},
		{
			path: devicePath(TROUBLED_APP, "00000000-0000-4000-8000-00000000abcd"),
			data: {
				app_id: TROUBLED_APP,
				device_id: "00000000-0000-4000-8000-00000000abcd",
				dropped_events: 8_123,
				dropped_on: utcDay(now.getTime()),
			},
		},
	]);
}

function tile(page: Page, label: string) {
	return page.locator(".tile").filter({ hasText: label }).locator(".tile-value");
}
