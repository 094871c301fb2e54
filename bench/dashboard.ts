import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { styleText } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openFirestore } from "../functions/src/firestore/client.ts";
import { appPath, COLLECTIONS } from "../functions/src/firestore/paths.ts";
import { TREND_DAYS } from "../metrics/definitions.ts";
import { formatCount } from "../metrics/format.ts";
import { launchBrowser } from "../scripts/browser.ts";
import { type OptionValues, runCommand } from "../scripts/cli/command.ts";
import { ExplainedError } from "../scripts/cli/explainedError.ts";
import { endProgress, progressLine } from "../scripts/cli/progressLine.ts";
import { buildDashboard, ROOT, step } from "../scripts/cli/steps.ts";
import { stopSignals } from "../scripts/cli/stopSignals.ts";
import { type Suite, startSuite } from "../scripts/emulators/suite.ts";
import { judgeHistory } from "../scripts/fleet/judgeHistory.ts";
import { type HistorySize, releaseHistory, writeAll } from "../scripts/fleet/releaseHistory.ts";
import { DEMO_APP } from "../shared/demoUsers.ts";
import type { CheckedBar } from "./bars.ts";
import { measureBundle } from "./bundleSize.ts";
import { type DashboardValues, dashboardFigures } from "./dashboardFigures.ts";
import { median } from "./figures.ts";
import { keepParts, LAST_RUN } from "./lastRun.ts";
import { barTable, spread } from "./report.ts";

/** Commits that counting makes beside the page that is left open. */
const COMMITS_PER_SECOND = 40;

/** Releases among which one is sought that fails. */
const NEWEST = 10;

const MOST = { interactiveMs: 2_000, documents: 500, documentsPerSecond: 10, firstViewKb: 200 };

const USAGE = `Measures how soon the dashboard's overview and a release's page can be used with much data behind them, how many
documents they read, and how many more while the overview is left open beside a backend that counts.

Usage: npm run bench:dashboard -- [--json FILE]

  --versions N   by default 200
  --days N       of counters, by default 90
  --devices N    by default 50000
  --visits N     how often each view is opened with an empty cache, by default 5
  --open N       seconds for which a page is left open beside ${COMMITS_PER_SECOND} commits a second, by default 70
  --json FILE    where the figures go, by default bench/lastRun.json: "npm run figures" writes them into the documents

It starts emulators of its own and fills them. It ends with exit code 1 when a bar does not hold.`;

/** Milliseconds since a visit began. */
type Visit = {
	/** What one came for is there, and the page answers. */
	readonly interactive: number;
	/** The charts are drawn too. */
	readonly charts: number;
};

/** How one tells what a view shows already. */
type View = {
	readonly query: string;
	readonly untilInteractive: (page: Page) => Promise<void>;
	readonly untilCharts: (page: Page) => Promise<void>;
	readonly untilComplete: (page: Page) => Promise<void>;
};

/**
 * The emulator looks at every device for each count, so a view that is complete in production within a second or two takes
 * it minutes. Those that are timed don't wait for their counts, and don't let them keep the emulator busy.
 */
const COUNTS = "**/*:runAggregationQuery*";

const COMPLETE_TIMEOUT_MS = 15 * 60_000;

const signal = stopSignals();
const OPTIONS = {
	versions: { type: "string", default: "200" },
	days: { type: "string", default: "90" },
	devices: { type: "string", default: "50000" },
	visits: { type: "string", default: "5" },
	open: { type: "string", default: "70" },
	json: { type: "string", default: LAST_RUN },
} as const;

await runCommand({ usage: USAGE, options: OPTIONS, run: main }, signal);

async function main(values: OptionValues<typeof OPTIONS>): Promise<number> {
	const size = {
		appId: DEMO_APP,
		versions: wholeNumber("versions", values.versions),
		days: wholeNumber("days", values.days),
		devices: wholeNumber("devices", values.devices),
		// More than a release's page lists at first.
		failures: 100,
		// Every version that is shown has counters of each day of its trend: that is the most that can be read.
		newestAge: TREND_DAYS,
	};
	const visits = wholeNumber("visits", values.visits);
	const measured = await measure(size, visits, wholeNumber("open", values.open));
	const point = `${size.versions} versions, ${size.days} days, ${formatCount(size.devices)} devices`;
	await keepParts(dashboardFigures(point, measured), visits, values.json);
	const bars = checkBars(measured);
	console.log(`\n${describe(point, measured)}\n\n${barTable(bars)}`);
	return bars.every(({ holds }) => holds) ? 0 : 1;
}

async function measure(size: HistorySize, count: number, seconds: number): Promise<DashboardValues> {
	await step("Build the dashboard", buildDashboard);
	const emulators = ["firestore", "auth", "hosting"] as const;
	const suite = await step("Start the emulators", () => startSuite({ emulators, signal }));
	try {
		const failing = await step("Write the history", () => fill(suite, size));
		const browser = await launchBrowser();
		try {
			const visitor = { browser, suite, signedIn: await signIn(browser, suite) };
			const overview = overviewOf(size);
			const release = releaseOf(size, failing);
			const visits = {
				overview: await step("Visit the overview", () => visitOften(visitor, overview, count)),
				release: await step(`Visit the page of ${failing}`, () => visitOften(visitor, release, count)),
			};
			const releaseRead = await step("Count where it fails", () => visitToTheEnd(visitor, release, documentsRead));
			const [overviewRead, leftOpen] = await step(`Leave the overview open for ${seconds} s`, () =>
				visitToTheEnd(visitor, overview, async (page) => {
					const read = await documentsRead(page);
					return [read, await leaveOpen(page, suite, { size, seconds })] as const;
				}),
			);
			const bundle = await measureBundle(path.join(ROOT, "web/dist"));
			return {
				"ms, interactive": visits.overview.map(({ interactive }) => interactive),
				"ms, charts": visits.overview.map(({ charts }) => charts),
				"documents read": [overviewRead],
				"documents/s, left open": [leftOpen],
				"ms, release interactive": visits.release.map(({ interactive }) => interactive),
				"ms, release charts": visits.release.map(({ charts }) => charts),
				"documents read, release": [releaseRead],
				"kB, first view": [bundle.firstView / 1_000],
				"kB, charts": [bundle.charts / 1_000],
			};
		} finally {
			await browser.close();
		}
	} finally {
		await suite.stop();
	}
}

/** @returns of the newest releases the one that fails: there is the most to show of it */
async function fill(suite: Suite, size: HistorySize): Promise<string> {
	Object.assign(process.env, suite.environment);
	const db = openFirestore(suite.projectId);
	const now = Date.now();
	await writeAll(db, releaseHistory(db, size, now), (written) => {
		progressLine(`${formatCount(written)} documents`);
	});
	endProgress();
	await judgeHistory(db, size.appId, now);
	const { docs } = await db
		.collection(`${appPath(size.appId)}/${COLLECTIONS.verdicts}`)
		.orderBy("appeared_on", "desc")
		.limit(NEWEST)
		.get();
	await db.terminate();
	const failing = docs.find((verdict) => verdict.get("verdict") === "failing") ?? docs[0];
	return String(failing?.get("version_name"));
}

/** Who visits: somebody with rights and an empty cache. */
type Visitor = {
	readonly browser: Browser;
	readonly suite: Suite;
	readonly signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
};

async function signIn(browser: Browser, suite: Suite): Promise<Visitor["signedIn"]> {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.route(COUNTS, () => {});
	await page.goto(suite.dashboardUrl);
	await page.getByRole("button", { name: "Sign in as demo member" }).click();
	await page.locator("table.releases").waitFor();
	const state = await context.storageState({ indexedDB: true });
	await context.close();
	return state;
}

function overviewOf({ appId, versions }: HistorySize): View {
	return {
		query: `?app=${appId}`,
		untilInteractive: (page) => page.locator(`table.releases tbody tr:nth-child(${Math.min(20, versions)})`).waitFor(),
		untilCharts: (page) => page.locator(".adoption .chart canvas").waitFor(),
		untilComplete: async (page) => {
			const unknown = page.locator("table.releases .figure, .tile-value").filter({ hasText: "…" });
			await unknown.first().waitFor({ state: "detached", timeout: COMPLETE_TIMEOUT_MS });
		},
	};
}

function releaseOf({ appId }: HistorySize, version: string): View {
	return {
		query: `?app=${appId}&version=${version}`,
		untilInteractive: (page) => page.locator(".verdict-card .verdict").waitFor(),
		untilCharts: async (page) => {
			await page.getByRole("img", { name: /^Devices by hour/ }).waitFor();
			await page.getByRole("img", { name: /^Devices by day/ }).waitFor();
		},
		untilComplete: async (page) => {
			const counted = page.getByText(/^Counted at/);
			const ask = page.getByRole("button", { name: "Count where it fails" });
			await counted.or(ask).waitFor({ timeout: COMPLETE_TIMEOUT_MS });
			if (await ask.isVisible()) await ask.click();
			await counted.waitFor({ timeout: COMPLETE_TIMEOUT_MS });
			await page.getByRole("img", { name: /^Adoption from/ }).waitFor({ timeout: COMPLETE_TIMEOUT_MS });
			await page.getByRole("region", { name: /behind the failures/ }).waitFor();
		},
	};
}

async function visitOften(visitor: Visitor, view: View, count: number): Promise<readonly Visit[]> {
	const visits: Visit[] = [];
	for (let visit = 0; visit < count; visit += 1) {
		visits.push(
			await withPage(visitor, async (page): Promise<Visit> => {
				await page.route(COUNTS, () => {});
				await goTo(page, visitor.suite, view);
				await view.untilInteractive(page);
				const interactive = await timeOfNextTask(page);
				await view.untilCharts(page);
				return { interactive, charts: await timeOfNextTask(page) };
			}),
		);
	}
	return visits;
}

/** Visits a view, and looks at it once nothing is on its way any more. */
function visitToTheEnd<T>(visitor: Visitor, view: View, look: (page: Page) => Promise<T>): Promise<T> {
	return withPage(visitor, async (page) => {
		await goTo(page, visitor.suite, view);
		await view.untilInteractive(page);
		await view.untilComplete(page);
		return look(page);
	});
}

async function withPage<T>({ browser, signedIn }: Visitor, look: (page: Page) => Promise<T>): Promise<T> {
	const context = await browser.newContext({ storageState: signedIn });
	try {
		return await look(await context.newPage());
	} finally {
		await context.close();
	}
}

async function goTo(page: Page, { dashboardUrl }: Suite, { query }: View): Promise<void> {
	await page.goto(`${dashboardUrl}/${query}`, { waitUntil: "commit" });
}

type Opening = { readonly size: HistorySize; readonly seconds: number };

/**
 * Leaves a page open while counters are written as counting writes them, and the schedule judges once.
 *
 * @returns the documents that it reads a second
 */
async function leaveOpen(page: Page, suite: Suite, { size, seconds }: Opening): Promise<number> {
	const before = await documentsRead(page);
	const open = await commitBeside(suite, size, seconds);
	return ((await documentsRead(page)) - before) / open;
}

/** @returns the seconds for which it went on */
async function commitBeside({ projectId }: Suite, { appId }: HistorySize, seconds: number): Promise<number> {
	const db = openFirestore(projectId);
	const versions = db.collection(`${appPath(appId)}/${COLLECTIONS.versions}`);
	const { docs } = await versions.limit(COMMITS_PER_SECOND).get();
	const start = performance.now();
	const passed = () => (performance.now() - start) / 1_000;
	let commits = 0;
	let isJudged = false;
	while (passed() < seconds) {
		const due = Math.min(docs.length, Math.floor(passed() * COMMITS_PER_SECOND) - commits);
		const counted = { events: commits, last_event_at: new Date() };
		await Promise.all(
			docs.slice(0, due).map(({ ref }) =>
				db
					.batch()
					.update(db.doc(appPath(appId)), counted)
					.update(ref, counted)
					.commit(),
			),
		);
		commits += due;
		if (!isJudged && passed() > seconds / 2) {
			await judgeHistory(db, appId, Date.now());
			isJudged = true;
		}
		await delay(25);
	}
	const open = passed();
	await db.terminate();
	if (commits < open * COMMITS_PER_SECOND * 0.8)
		console.error(
			`The machine made ${(commits / open).toFixed(0)} commits a second only: the bar is held against fewer.`,
		);
	return open;
}

async function documentsRead(page: Page): Promise<number> {
	const text = (await page.getByTestId("documents-read").textContent()) ?? "";
	return Number(text.replaceAll(",", ""));
}

/** When the page is free to answer its user, in milliseconds since the visit began. */
function timeOfNextTask(page: Page): Promise<number> {
	return page.evaluate("new Promise((resolve) => setTimeout(() => resolve(Math.round(performance.now()))))");
}

function checkBars(measured: DashboardValues): readonly CheckedBar[] {
	const atMost = (most: number, unit: keyof DashboardValues, promise: string): CheckedBar => {
		const value = median(measured[unit]);
		return { part: "dashboard", promise, limit: { atMost: most }, value, holds: value <= most };
	};
	return [
		atMost(MOST.interactiveMs, "ms, interactive", "Milliseconds until the overview can be used"),
		atMost(MOST.documents, "documents read", "Documents that it reads"),
		atMost(MOST.interactiveMs, "ms, release interactive", "Milliseconds until a release's page can be used"),
		atMost(MOST.documents, "documents read, release", "Documents that it reads, with where it fails"),
		atMost(
			MOST.documentsPerSecond,
			"documents/s, left open",
			`Documents a second that an open overview reads beside ${COMMITS_PER_SECOND} commits a second`,
		),
		atMost(MOST.firstViewKb, "kB, first view", "Kilobytes of the first view, compressed"),
	];
}

function describe(point: string, values: DashboardValues): string {
	const lines = Object.entries(values).map(([unit, ofUnit]) => `  ${unit.padEnd(26)}${spread(ofUnit)}`);
	return [styleText("bold", point), ...lines].join("\n");
}

function wholeNumber(option: string, value: string): number {
	if (/^[1-9]\d*$/.test(value)) return Number(value);
	throw new ExplainedError(`--${option} is ${value}: give a whole number from 1 on.`);
}
