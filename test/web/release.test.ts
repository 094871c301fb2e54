import { expect } from "chai";
import type { Locator, Page } from "playwright-core";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { DAY_MS } from "../../functions/src/events/time.ts";
import { devicePath, verdictPath, versionPath } from "../../functions/src/firestore/paths.ts";
import { productionDevices } from "../../functions/src/releases/productionDevices.ts";
import { formatCount } from "../../metrics/format.ts";
import { eventually } from "../support/eventually.ts";
import { brokenAtTwo, narrowRollout, recoveredRollout, type SentEvent } from "../support/rollouts.ts";
import { expectAccessible } from "./accessibility.ts";
import { HISTORY_APP, letMemberRead, NEWEST, OLDER, writeHistory } from "./history.ts";
import { expectDrawn, expectFits, exportedLines, row, rows, textOf, usePages } from "./pages.ts";
import { db, installOf, RUN, sendEvents, sendMany, untilCounted } from "./suite.ts";

/** An app to which the devices of made-up rollouts send. */
const APP = `com.example.rollouts.${RUN}`;

const NEWEST_QUERY = `?app=${HISTORY_APP}&version=${NEWEST}`;

/** Two devices with the same custom id. */
const SHARED = [installOf(APP, "9.3.0"), installOf(APP, "9.3.0")].map((event) => ({ ...event, custom_id: "shared" }));

describe("release page", function () {
	this.timeout(180_000);

	const pages = usePages();
	const now = Date.now();

	before(async () => {
		const sent: readonly SentEvent[] = [
			...brokenAtTwo(APP, "3.0.0", now),
			...narrowRollout(APP, "3.1.0", now),
			...recoveredRollout(APP, "3.2.0", now),
			...SHARED,
		];
		await sendMany(sent);
		await writeHistory();
		await untilCounted(APP, sent.length, 150_000);
		await letMemberRead(APP);
	});

	describe("of a release that fails on few devices alone", () => {
		const shared = pages.share(`?app=${APP}&version=3.1.0#where`, (page) => page.getByTestId("stands-out").waitFor());

		it("names where it fails first, with denominators, and both together", async () => {
			const page = shared();
			const found = page.getByTestId("stands-out").getByRole("listitem");
			await found.nth(2).waitFor();
			const [both, ...each] = await found.allInnerTexts();
			expect(both).to.contain("Android 9 with native build 3.3.2");
			expect(both).to.contain("12 of 15 failed (80 %, likely 52 – 96 %)").and.contain("elsewhere 3 of 400 (0.75 %)");
			expect(each).to.have.length(2);
			expect(each.find((text) => text.includes("native build 3.3.2"))).to.contain("12 of 40 failed");
			expect(each.find((text) => text.includes("Android 9"))).to.contain("13 of 45 failed");
			expect(await page.getByText(/though \d+ values were looked at/).count()).to.equal(1);
			// It is too early to say anything of it as a whole, and not too early to act.
			const narrowest = page.getByTestId("narrowest");
			expect(await textOf(narrowest)).to.contain(
				"Android 9 with native build 3.3.2: 12 of 15 devices failed (80 %), elsewhere 3 of 400",
			);
			const steps = page.getByRole("region", { name: "What now" }).getByRole("listitem");
			await steps.first().getByText("Hold it for Android 9 with native build 3.3.2.").waitFor();
		});

		it("begins with that part where the overview's link led to it", async () => {
			expect(await shared().evaluate(() => scrollY)).to.be.greaterThan(0);
		});

		it("shows every field with failed of tried", async () => {
			const page = shared();
			const where = page.getByRole("region", { name: "Where it fails" });
			for (const field of ["Platform", "OS version", "Native build", "Plugin", "Channel"]) {
				await where.getByRole("heading", { name: field, exact: true }).waitFor();
			}
			const channel = where.locator(".breakdown").filter({ has: page.getByRole("heading", { name: "Channel" }) });
			// Of the other channel none failed, and whether one of its devices is among those looked at is chance.
			await channel
				.getByRole("listitem")
				.filter({ hasText: /production\s*15 of 375/ })
				.waitFor();
		});

		it("has nothing for axe-core to find, and fits a phone of 320 pixels", async () => {
			await expectAccessible(shared());
			await expectFits(shared(), 320);
		});
	});

	it("shows the hour at which a release began to fail", async () => {
		const page = await pages.open(`?app=${APP}&version=3.0.0`);
		const yesterday = new Date(now - DAY_MS).toLocaleDateString("en", {
			month: "short",
			day: "numeric",
			timeZone: "UTC",
		});
		const verdict = page.getByRole("region", { name: "Verdict" });
		await verdict.getByText(`since ${yesterday}, 14:00 UTC`).waitFor();
		await verdict.getByText(/Failing$/).waitFor();
		await verdict.getByText("48 of 60 devices failed (80 %)").waitFor();
		await verdict.getByText(`in the hour from ${yesterday}, 17:00 UTC on. No device has come since.`).waitFor();
		const steps = page.getByRole("region", { name: "What now" }).getByRole("listitem");
		expect(await steps.allInnerTexts()).to.have.length(3);
		await steps.first().getByText("No earlier release is known to be well.").waitFor();
		const hours = page.getByRole("region", { name: /hours/ }).first();
		await expectDrawn(hours.getByRole("img", { name: /Failures began at 14:00/ }));
		await hours.getByText("Show as a table").click();
		const fourteen = hours.getByRole("row").filter({ hasText: `${yesterday}, 14:00` });
		expect(Number(await textOf(fourteen.getByRole("cell").first()))).to.be.greaterThan(0);
		await expectAccessible(page);
		await expectFits(page, 320);
	});

	it("says of a release that failed on 20 devices that they recovered, and that nothing stands out", async () => {
		const page = await pages.open(`?app=${APP}&version=3.2.0`);
		await page.getByText(/20 of 100 devices failed .* all 20 recovered since/).waitFor();
		await page.locator(".verdict-line").getByText("all 20 recovered since").waitFor();
		await page.getByText("It failed on 20 devices; 20 recovered").waitFor();
		await page.getByText("Hold the rollout.").waitFor();
		const steps = page.getByRole("region", { name: "How far devices came" }).locator(".funnel-label strong");
		expect(await steps.allInnerTexts()).to.deep.equal(["100", "100", "100", "100"]);
		const nothing = page.getByTestId("nothing-stands-out");
		await nothing.getByText("Nothing stands out beyond chance.").waitFor();
		await nothing.getByText("All 100 devices are alike").waitFor();
	});

	describe("of a release with a history", () => {
		const shared = pages.share(NEWEST_QUERY, async (page) => {
			await page.getByText(/^Counted at/).waitFor();
			await page.getByRole("img", { name: /^Adoption from/ }).waitFor();
			await page.getByRole("region", { name: /behind the failures/ }).waitFor();
		});

		it("says what the schedule says, and counts what came since at once", async () => {
			const page = shared();
			const sentence = (await db.doc(verdictPath(HISTORY_APP, NEWEST)).get()).get("sentence");
			await page.getByText(String(sentence)).waitFor();
		});

		it("tells how fast it took over", async () => {
			const page = shared();
			const adoption = page.getByRole("region", { name: /^Adoption/ });
			await adoption.getByRole("img", { name: /Adoption from .* UTC on: 10 % (within \d+ h|not)/ }).waitFor();
			await adoption.getByText("Show as a table").click();
			const shown = await textOf(adoption.getByRole("row").last().getByRole("cell"));
			expect(Number(shown.replace(",", ""))).to.be.greaterThan(0);
		});

		it("exports all failures, not the ones shown alone, and its days", async () => {
			const page = shared();
			const total = await storedReports();
			const behind = page.getByRole("region", { name: /behind the failures/ });
			const failures = await exportedLines(page, behind.getByRole("button", { name: `Export all ${total}` }));
			expect(failures).to.have.length(total + 1);
			const byDay = page.getByRole("region", { name: "By day" });
			const days = await exportedLines(page, byDay.getByRole("button", { name: "Export CSV" }));
			expect(days).to.have.length(15);
			expect(days[0])
				.to.match(/^day,devices_tried,/)
				.and.contain("update_fail");
		});

		it("has nothing for axe-core to find, and fits a phone of 320 pixels", async () => {
			await expectAccessible(shared());
			await expectFits(shared(), 320);
		});

		it("is reached from the overview, by keyboard too", async () => {
			const page = await pages.open(`?app=${HISTORY_APP}`);
			const link = row(page, NEWEST).getByRole("link");
			await link.focus();
			await page.keyboard.press("Enter");
			await page.getByRole("heading", { level: 1, name: NEWEST }).waitFor();
			expect(await page.evaluate(() => document.activeElement?.tagName)).to.equal("H1");
			expect(await page.title()).to.contain(NEWEST);
			await page.goBack();
			await rows(page).first().waitFor();
		});

		it("holds it against the release before, and any other", async () => {
			const page = await pages.open(NEWEST_QUERY);
			const against = page.getByRole("region", { name: /^Against/ });
			const before = (await db.doc(verdictPath(HISTORY_APP, NEWEST)).get()).get("before");
			await against.getByRole("heading", { name: `Against ${before.version}` }).waitFor();
			await page.getByText(`Set its channel back to ${before.version},`).waitFor();
			const failed = against.getByRole("row").filter({ hasText: "Failed" });
			expect(await textOf(failed)).to.match(/beyond chance/);
			await against.getByLabel("Release to compare with").fill(OLDER);
			await against.getByRole("button", { name: "Compare" }).click();
			await against.getByRole("heading", { name: `Against ${OLDER}` }).waitFor();
			const other = productionDevices((await db.doc(versionPath(HISTORY_APP, OLDER)).get()).data() ?? {});
			await failed.getByText(`${formatCount(other.failed)} of ${formatCount(other.tried)}`).waitFor();
			expect(page.url()).to.contain(`against=${OLDER}`);
		});

		it("groups failures by reason, and lists each device behind them once", async () => {
			const page = await pages.open(NEWEST_QUERY);
			const failures = page.getByRole("region", { name: "What failed" });
			const total = await storedReports();
			await failures.getByText(`The newest 60 of ${total} reports`).waitFor();
			await failures.getByRole("button", { name: /Read \d+ reports more/ }).click();
			await failures.getByText(`All ${total} reports of these days`).waitFor();
			const kind = failures.getByRole("button", { name: "set_fail: The bundle's folder is missing" });
			await kind.click();
			await failures.getByRole("button", { name: "set_fail: The bundle's folder is missing", pressed: true }).waitFor();
			const behind = page.getByRole("region", { name: /behind set_fail/ });
			await behind.waitFor();
			const ids = await behind
				.locator("tbody th a")
				.evaluateAll((links) => links.map((link) => link.getAttribute("title")));
			expect(ids.length).to.be.greaterThan(0);
			expect(new Set(ids).size).to.equal(ids.length);
			expect(page.url()).to.contain("failure=set_fail");
		});

		it("tells where it crashes of the devices that ran it, as its verdict does", async () => {
			const page = await pages.open(`${NEWEST_QUERY}&trouble=crashed`);
			const { crashed, ran } = productionDevices((await db.doc(versionPath(HISTORY_APP, NEWEST)).get()).data() ?? {});
			await page.getByText("those that crashed, of those that ran it.").waitFor();
			await page.getByText(`of all ${formatCount(ran)} devices: ${formatCount(crashed)} crashed.`).waitFor();
		});

		it("can be shared as it is: the URL holds everything", async () => {
			const page = await pages.open(NEWEST_QUERY);
			await page.getByRole("button", { name: "30 days" }).click();
			await page.getByRole("button", { name: "Failures", exact: true }).click();
			await page.getByRole("button", { name: /^Crashed \d/ }).click();
			await page.getByRole("button", { name: /^set_fail/ }).click();
			await page.getByLabel("Dev builds").check();
			await page.getByRole("heading", { name: /behind set_fail/ }).waitFor();
			const other = await pages.openAs("demo operator", new URL(page.url()).search);
			await other.getByRole("heading", { name: /behind set_fail/ }).waitFor();
			for (const shown of [page, other]) {
				expect(await pressed(shown, "30 days")).to.equal("true");
				expect(await pressed(shown, "Failures")).to.equal("false");
				expect(await pressed(shown, /^set_fail/)).to.equal("true");
				expect(await pressed(shown, /^Crashed \d/)).to.equal("true");
				expect(await shown.getByLabel("Dev builds").isChecked()).to.equal(true);
			}
		});

		it("takes any range of days", async () => {
			const page = await pages.open(`${NEWEST_QUERY}&from=2020-01-01&to=2020-01-02`);
			await page.getByText("Nothing was reported in these days.").waitFor();
			await page.getByLabel("Last day").fill(utcDay(now));
			await expectDrawn(page.getByRole("img", { name: /^Devices by day/ }));
			expect(page.url()).to.contain(`to=${utcDay(now)}`);
		});

		it("reads less than 500 documents, and says how many", async () => {
			const page = await pages.load(`${NEWEST_QUERY}&days=90`);
			await page.getByText(/^Counted at/).waitFor();
			await page.getByRole("img", { name: /^Adoption from/ }).waitFor();
			await page.getByRole("region", { name: /behind the failures/ }).waitFor();
			const read = Number(await textOf(page.getByTestId("documents-read")));
			expect(read).to.be.greaterThan(100).and.lessThan(500);
		});

		it("fits into a few screens of a phone", async () => {
			const page = await pages.load(NEWEST_QUERY, { viewport: { width: 390, height: 844 } });
			await page.getByText(/^Counted at/).waitFor();
			const height = await page.evaluate(() => document.documentElement.scrollHeight);
			expect(height).to.be.lessThan(6_200);
		});
	});

	it("has one for what came with the app, which is not judged", async () => {
		const page = await pages.open(`?app=${HISTORY_APP}&version=builtin`);
		await page.getByText("It came with the app: it is not judged.").waitFor();
		await page.getByRole("region", { name: "What failed" }).waitFor();
	});

	it("has one for updates that aren't named", async () => {
		const failure = { ...installOf(APP, "3.4.7"), action: "checksum_fail", platform: "android" };
		await sendEvents([failure]);
		const page = await pages.open(`?app=${APP}`);
		await row(page, "unknown").getByRole("link").click();
		await page.getByRole("heading", { name: "Updates that aren't named" }).waitFor();
		await page.getByText(/An update that isn't named failed on 1 device/).waitFor();
	});

	it("says so when there is no such version", async () => {
		const page = await pages.open(`?app=${APP}&version=0.0.0`);
		await page.getByRole("heading", { name: "No such version" }).waitFor();
	});

	describe("device", () => {
		it("is found by its custom id, with its state, its releases and its events as a timeline", async () => {
			const page = await pages.open(`?app=${HISTORY_APP}`);
			await search(page, "customer-3");
			const state = page.getByRole("region", { name: "State" });
			await state.getByText("customer-3").waitFor();
			const releases = page.getByRole("table", { name: "Releases of the device" });
			const runs = await textOf(state.getByRole("link"));
			await releases.getByRole("row").filter({ hasText: runs }).getByText("runs now").waitFor();
			const times = await page
				.locator(".timeline time")
				.evaluateAll((all) => all.map((time) => time.getAttribute("datetime")));
			expect(times).to.deep.equal(times.toSorted().reverse());
			await expectAccessible(page);
			await expectFits(page, 320);
		});

		it("is found by the beginning of its id as the page prints it, in any case", async () => {
			const event = installOf(APP, "9.2.0");
			await sendEvents([event]);
			await untilKnown(event.device_id);
			const page = await pages.open(`?app=${APP}`);
			await search(page, event.device_id.slice(0, 13).toUpperCase());
			await page.getByRole("heading", { level: 1, name: event.device_id }).waitFor();
			await page.locator(".timeline strong").filter({ hasText: /^set$/ }).waitFor();
			await sendEvents([{ ...event, action: "app_crash", message: "Out of cheese" }]);
			await page.getByText("Out of cheese").waitFor();
			await page.getByText("crashed within a day").waitFor();
		});

		it("is shown for an id in upper case too", async () => {
			const [device] = SHARED;
			const page = await pages.open(`?app=${APP}&device=${device?.device_id.toUpperCase()}`);
			await page.getByRole("heading", { level: 1, name: device?.device_id ?? "" }).waitFor();
		});

		it("is chosen where several have the custom id", async () => {
			const page = await pages.open(`?app=${APP}&search=shared`);
			await page.getByRole("heading", { name: "2 devices of “shared”" }).waitFor();
			await expectAccessible(page);
			await expectFits(page, 320);
			await page.getByRole("link", { name: SHARED[0]?.device_id ?? "" }).click();
			await page.getByRole("region", { name: "State" }).waitFor();
		});

		it("says so when there is none", async () => {
			const page = await pages.open(`?app=${APP}&search=nobody`);
			await page.getByRole("heading", { name: "No such device" }).waitFor();
		});

		it("exports its events", async () => {
			const page = await pages.open(`?app=${APP}&device=${SHARED[0]?.device_id}`);
			await page.locator(".timeline").waitFor();
			const lines = await exportedLines(page, page.getByRole("button", { name: "Export all 1" }));
			expect(lines).to.have.length(2);
		});
	});

	describe("list of devices", () => {
		it("tells who still runs a version, by platform and channel, with its count, and exports all", async () => {
			const page = await pages.open(`?app=${APP}&version=3.1.0`);
			await page.getByRole("link", { name: "Devices that run it" }).click();
			await page.getByText("devices on 3.1.0, seen in the last 7 days.").waitFor();
			await page.getByLabel("Platform").selectOption("ios");
			await page.getByLabel("Channel").fill("beta");
			await page.getByRole("button", { name: "Find" }).click();
			await page.getByText("40 devices on iOS, of channel beta, on 3.1.0, seen in the last 7 days.").waitFor();
			const table = page.getByRole("table", { name: "Devices" });
			await table.getByRole("row").nth(25).waitFor();
			expect(await table.getByRole("row").count()).to.equal(26);
			const lines = await exportedLines(page, page.getByRole("button", { name: "Export all 40" }));
			expect(lines).to.have.length(41);
			await expectAccessible(page);
			await expectFits(page, 320);
		});
	});
});

/** How many failures and health reports of the history's newest release are stored of the last 14 days. */
async function storedReports(): Promise<number> {
	const found = db
		.collectionGroup("events")
		.where("app_id", "==", HISTORY_APP)
		.where("failed_version_name", "==", NEWEST);
	return (await found.count().get()).data().count;
}

/** Waits until a device's first event is counted. */
async function untilKnown(deviceId: string): Promise<void> {
	const device = db.doc(devicePath(APP, deviceId));
	await eventually(
		() => device.get(),
		({ exists }) => exists,
	);
}

function pressed(page: Page, name: string | RegExp): Promise<string | null> {
	return button(page, name).getAttribute("aria-pressed");
}

function button(page: Page, name: string | RegExp): Locator {
	return page.getByRole("button", { name, exact: true }).first();
}

async function search(page: Page, text: string): Promise<void> {
	await page.getByLabel("Find a device").fill(text);
	await page.keyboard.press("Enter");
}
