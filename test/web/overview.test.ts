import { expect } from "chai";
import type { Page } from "playwright-core";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { DAY_MS } from "../../functions/src/events/time.ts";
import { alertPath, appPath, dayPath, devicePath, versionPath } from "../../functions/src/firestore/paths.ts";
import { percent } from "../../functions/src/releases/sentence.ts";
import { formatCount } from "../../metrics/format.ts";
import { judgeHistory } from "../../scripts/fleet/judgeHistory.ts";
import { writeAll } from "../../scripts/fleet/releaseHistory.ts";
import { eventually } from "../support/eventually.ts";
import { expectAccessible } from "./accessibility.ts";
import { HISTORY_APP, letMemberRead, NEWEST, OLDEST, writeHistory } from "./history.ts";
import {
	cell,
	expectCell,
	expectDrawn,
	expectFits,
	exportedLines,
	figure,
	lookAgain,
	row,
	rows,
	textOf,
	usePages,
} from "./pages.ts";
import { db, installOf, RUN, readVerdict, SUITE, sendEvents } from "./suite.ts";

/** An app to which tests send. */
const LIVE_APP = `com.example.live.${RUN}`;

/** An app of which there is much to tell. */
const TROUBLED_APP = `com.example.troubled.${RUN}`;

describe("overview", function () {
	this.timeout(60_000);

	const pages = usePages();

	before(async () => {
		await sendEvents([installOf(LIVE_APP, "9.0.0"), installOf(LIVE_APP, "9.0.0"), installOf(LIVE_APP, "9.0.0")]);
		await writeHistory();
		await writeTrouble();
		await letMemberRead(LIVE_APP, TROUBLED_APP);
		await untilTried("9.0.0", 3);
	});

	describe("of releases that were judged", () => {
		const shared = pages.share(`?app=${HISTORY_APP}`, async (page) => {
			await expectCell(row(page, NEWEST), "Adoption", "device");
		});

		it("says of each release what the schedule wrote down, newest first", async () => {
			const page = shared();
			const versions = await rows(page).evaluateAll((all) =>
				all.map((each) => each.getAttribute("data-version") ?? ""),
			);
			const releases = versions.filter((version) => version.startsWith("4."));
			expect(releases).to.have.length(20);
			const days: string[] = [];
			for (const version of releases) {
				const verdict = await readVerdict(HISTORY_APP, version);
				expect(await textOf(row(page, version).locator(".sentence"))).to.equal(verdict.sentence);
				days.push(verdict.first_installed_on ?? "");
			}
			expect(days).to.deep.equal(days.toSorted().toReversed());
			expect(await textOf(cell(row(page, NEWEST), "Verdict"))).to.match(
				/Failing.*since [A-Z][a-z]{2} \d+.*judged.*(Today,|today; on .*,) .* of the .* devices? that tried it failed\.$/,
			);
		});

		it("counts devices, each once, with the interval", async () => {
			const page = shared();
			const { devices } = await readVerdict(HISTORY_APP, NEWEST);
			await expectCell(row(page, NEWEST), "Failed", `${formatCount(devices.failed)} of ${formatCount(devices.tried)}`);
			expect(await figure(row(page, NEWEST), "Failed")).to.equal(percent(devices.failed / devices.tried));
			expect(await textOf(cell(row(page, NEWEST), "Failed"))).to.match(/likely \d+(\.\d+)? – \d+(\.\d+)? %/);
			expect(await figure(row(page, NEWEST), "Crashed")).to.equal(percent(devices.crashed / devices.ran));
		});

		it("tells how far each release has come, of the devices that are active", async () => {
			const page = shared();
			await expectCell(row(page, NEWEST), "Adoption", /^\d+(\.\d+)? %[\d,]+ devices$/);
			const active = numberIn(await textOf(tile(page, "Active devices")));
			const [, running = ""] = /%([\d,]+) devices/.exec(await textOf(cell(row(page, NEWEST), "Adoption"))) ?? [];
			expect(await figure(row(page, NEWEST), "Adoption")).to.equal(percent(numberIn(running) / active));
		});

		it("gives each day's figures to the pointer and to the keyboard", async () => {
			const page = shared();
			const bars = page.getByRole("slider", { name: `${NEWEST}: devices by day` });
			await bars.focus();
			const { cohorts } = await readVerdict(HISTORY_APP, NEWEST);
			const [day = "", devices] = Object.entries(cohorts).toSorted().at(-2) ?? [];
			const back = Math.round((Date.parse(utcDay(Date.now())) - Date.parse(day)) / DAY_MS);
			for (let step = 0; step < back; step += 1) await page.keyboard.press("ArrowLeft");
			const told = new RegExp(
				`: ${formatCount(devices?.tried ?? 0)} devices, ${formatCount(devices?.failed ?? 0)} failed`,
			);
			expect(await bars.getAttribute("aria-valuetext")).to.match(told);
			expect(await textOf(page.locator(".trend-figures"))).to.match(told);
			await bars.hover({ position: { x: 2, y: 5 } });
			expect(await textOf(page.locator(".trend-figures"))).not.to.match(told);
		});

		it("gives a version the same colour wherever it stands", async () => {
			const page = shared();
			await page.locator(".running-legend li").first().waitFor();
			const legend = page.locator(".running-legend li").filter({ hasText: NEWEST }).locator(".swatch");
			const inRow = row(page, NEWEST).locator("th .swatch");
			const colorOf = (element: Element) => getComputedStyle(element).backgroundColor;
			expect(await legend.evaluate(colorOf)).to.equal(await inRow.evaluate(colorOf));
		});

		it("draws the days of all releases", async () => {
			await expectDrawn(shared().getByRole("img", { name: /^Devices by the day/ }));
		});

		it("is exported as it is shown", async () => {
			const page = shared();
			await expectCell(row(page, NEWEST), "Adoption", "device");
			const lines = await exportedLines(page, page.getByRole("button", { name: "Export CSV" }));
			expect(lines).to.have.length(1 + (await rows(page).count()));
			expect(lines[0]).to.match(/^version,verdict,family,since,sentence,/);
			expect(lines[1]).to.match(/^4\.2\.4,failing,updates,\d{4}-\d\d-\d\d,/);
		});

		it("reads less than 500 documents", async () => {
			const page = shared();
			for (const each of await rows(page).all()) await cell(each, "Adoption").filter({ hasText: "device" }).waitFor();
			const read = Number(await textOf(page.getByTestId("documents-read")));
			expect(read).to.be.greaterThan(60).and.lessThan(500);
		});
	});

	async function openHistory(): Promise<Page> {
		const page = await pages.open(`?app=${HISTORY_APP}`);
		await row(page, NEWEST).waitFor();
		return page;
	}

	it("is sorted by each column, either way, and the URL remembers it", async () => {
		const page = await openHistory();
		const head = page.getByRole("columnheader", { name: "Failed" });
		await head.getByRole("button").click();
		expect(await head.getAttribute("aria-sort")).to.equal("descending");
		expect(await rows(page).first().getAttribute("data-version")).to.equal(NEWEST);
		expect(page.url()).to.contain("sort=-failed");
		await head.getByRole("button").click();
		expect(await head.getAttribute("aria-sort")).to.equal("ascending");
		expect(await rows(page).first().getAttribute("data-version")).not.to.equal(NEWEST);
		for (const name of ["Release", "Verdict", "Adoption", "Crashed", "Not downloaded", "14 days", "Last event"]) {
			await page.getByRole("columnheader", { name }).getByRole("button").click();
			expect(await page.getByRole("columnheader", { name }).getAttribute("aria-sort")).to.equal("descending");
		}
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

	describe("of an app that sends", () => {
		const query = `?app=${LIVE_APP}`;

		it("shows what comes while one looks: events, a release, and its verdict as soon as there is one", async () => {
			const page = await pages.load(query, { hasOwnClock: true });
			await expectCell(row(page, "9.0.0"), "Failed", "0 of 3");
			const version = "9.1.0";
			const installs = Array.from({ length: 3 }, () => installOf(LIVE_APP, version));
			await sendEvents([...installs, installOf(LIVE_APP, "9.0.0")]);
			await untilTried(version, 3);
			await untilTried("9.0.0", 4);
			await lookAgain(page);
			await expectCell(row(page, "9.0.0"), "Failed", "0 of 4");
			await expectCell(row(page, version), "Verdict", "Not judged yet");
			await expectCell(row(page, version), "Failed", "0 of 3");
			expect(await figure(row(page, version), "Failed")).to.equal("0 %");
			expect(await figure(row(page, version), "14 days")).to.contain("–");
			await judgeHistory(db, LIVE_APP, Date.now());
			await expectCell(row(page, version), "Verdict", "Too early");
		});

		it("asks for the devices of each version once, though events come meanwhile: a count is billed", async () => {
			const page = await pages.load("", { hasOwnClock: true });
			const { promise: eventsCame, resolve: letCountsGo } = Promise.withResolvers<void>();
			let counts = 0;
			await page.route("**/*:runAggregationQuery*", async (route) => {
				counts += 1;
				await eventsCame;
				await route.continue();
			});
			await page.goto(`${SUITE.hostingUrl}/${query}`);
			await expectCell(row(page, "9.0.0"), "Failed", "0 of 4");
			await sendEvents([installOf(LIVE_APP, "9.0.0")]);
			await untilTried("9.0.0", 5);
			await lookAgain(page);
			await expectCell(row(page, "9.0.0"), "Failed", "0 of 5");
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
		const shared = pages.share(`?app=${TROUBLED_APP}`, async (page) => {
			await expectCell(row(page, "2.0.0"), "Failed", "3 of 60");
		});

		it("still shows the release beside 500 made-up versions of one device each", async () => {
			const page = shared();
			expect(await rows(page).first().getAttribute("data-version")).to.equal("2.0.0");
			const where = row(page, "2.0.0").getByRole("link", { name: "3 devices failed: see where" });
			expect(await where.getAttribute("href")).to.match(/version=2\.0\.0&trouble=failed#where$/);
			await page.getByRole("button", { name: /^Show \d+ tried by fewer than three devices$/ }).click();
			await page.getByText(/\d+ more that fewer than three devices tried are not listed/).waitFor();
		});

		it("tells what waits, what was dropped, and which devices sent it", async () => {
			const page = shared();
			await page.getByText("1,204 events had waited to be counted").waitFor();
			await page.getByText("This app is paused").waitFor();
			await page.getByText("70,321 events were dropped").waitFor();
			await page.getByText("4,321 events of further ones count as actions").waitFor();
			await page.getByText("One device sent more in a day than is stored of one").click();
			await page.getByRole("link", { name: "00000000-0000-4000-8000-00000000abcd" }).waitFor();
			await page.locator(".strip-list").getByText("8,123").waitFor();
		});

		it("tells of failures that are about no release, apart from today's failed checks", async () => {
			const page = shared();
			await row(page, "unknown").waitFor();
			expect(await textOf(tile(page, "Updates that aren't named"))).to.equal("60");
			const checks = page.locator(".tile").filter({ hasText: "Failed checks today" });
			await checks.locator(".tile-value").getByText("12", { exact: true }).waitFor();
			await checks.getByText("29 yesterday, by UTC").waitFor();
			expect(await textOf(cell(row(page, "unknown"), "Verdict"))).to.contain("Not judged");
		});

		it("shows the alerts with the command that acknowledges each, and that no events arrive", async () => {
			const page = shared();
			const alerts = page.getByRole("region", { name: "Alerts" });
			const silence = alerts.getByRole("listitem").filter({ hasText: "No event for 5 hours." });
			await silence.getByText("Acknowledge it").click();
			await silence
				.getByText(`npm run alert -- acknowledge --app ${TROUBLED_APP} --alert silence-1 --emulator`, { exact: true })
				.waitFor();
			const known = alerts.getByRole("listitem").filter({ has: page.getByRole("link", { name: "2.0.0" }) });
			await known.getByText("acknowledged").waitFor();
			await known.getByText(/^2\.0\.0 is worse since [A-Z][a-z]{2} \d+$/).waitFor();
			expect(await known.getByText("Acknowledge it").count()).to.equal(0);
			await page.getByText("No events arrive").waitFor();
		});
	});

	describe("accessibility", () => {
		for (const [name, app] of Object.entries({ "a history": HISTORY_APP, trouble: TROUBLED_APP })) {
			it(`has nothing to find and cuts nothing off, with ${name}`, async () => {
				const page = await pages.open(`?app=${app}`);
				await cell(rows(page).first(), "Adoption").filter({ hasText: "device" }).waitFor();
				await expectAccessible(page);
				for (const width of [1280, 1210, 1100, 800, 320]) {
					await expectFits(page, width);
					const outside = await page
						.locator("table.releases :is(td, th), main button, main input")
						.evaluateAll((all) => all.map((each) => each.getBoundingClientRect()))
						.then((boxes) => boxes.filter(({ left, right }) => left < 0 || right > width).length);
					expect(outside, `at ${width} pixels`).to.equal(0);
				}
			});
		}

		it("lists fewer releases on a phone, and fits it", async () => {
			const page = await pages.load(`?app=${HISTORY_APP}`, { viewport: { width: 320, height: 700 } });
			await page.getByRole("button", { name: "Show 10 more releases" }).waitFor();
			await expectFits(page, 320);
		});
	});
});

/** Waits until so many devices that tried a version are counted. */
async function untilTried(version: string, devices: number): Promise<void> {
	const counters = db.doc(versionPath(LIVE_APP, version));
	await eventually(
		() => counters.get(),
		(snapshot) => snapshot.get("devices.tried") === devices,
	);
}

function numberIn(text: string): number {
	return Number(text.replaceAll(",", ""));
}

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
	const countedDay = (day: string, fields: object) => ({
		path: dayPath(TROUBLED_APP, "2.0.0", day),
		data: { app_id: TROUBLED_APP, version_name: "2.0.0", day, last_event_at: now, ...fields },
	});
	const madeUp = Array.from({ length: 500 }, (_, index) => counted(`666.0.${index}`, { devices: { tried: 1 } }));
	const earlier = new Date(now.getTime() - 5_000);
	const release = { tried: 60, downloaded: 60, installed: 60, ran: 60, failed: 3 };
	await writeAll(db, [
		...madeUp,
		counted("2.0.0", { devices: release, failed_checks: 41, last_event_at: earlier }),
		counted("unknown", { devices: { tried: 60, downloaded: 60, failed: 60 }, last_event_at: earlier }),
		countedDay(utcDay(now.getTime()), { devices: release, failed_checks: 12 }),
		countedDay(utcDay(now.getTime() - DAY_MS), { failed_checks: 29 }),
	]);
	await judgeHistory(db, TROUBLED_APP, now.getTime());
	const alert = { app_id: TROUBLED_APP, created_at: now, acknowledged_at: null };
	const told = "No event for 5 hours.";
	await writeAll(db, [
		{ path: alertPath(TROUBLED_APP, "silence-1"), data: { ...alert, kind: "silence", is_over: false, sentence: told } },
		{
			path: alertPath(TROUBLED_APP, "release-1"),
			data: {
				...alert,
				kind: "release",
				version_name: "2.0.0",
				verdict: "worse",
				since: utcDay(now.getTime()),
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
				untracked: { [utcDay(now.getTime())]: 4_321, "2020-01-01": 9 },
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
