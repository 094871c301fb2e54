import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { styleText } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openFirestore } from "../functions/src/firestore/client.ts";
import { appPath, COLLECTIONS } from "../functions/src/firestore/paths.ts";
import { TREND_DAYS } from "../metrics/definitions.ts";
import { launchBrowser } from "../scripts/browser.ts";
import { type OptionValues, runCommand } from "../scripts/cli/command.ts";
import { ExplainedError } from "../scripts/cli/explainedError.ts";
import { endProgress, progressLine } from "../scripts/cli/progressLine.ts";
import { buildDashboard, step } from "../scripts/cli/steps.ts";
import { stopSignals } from "../scripts/cli/stopSignals.ts";
import { type Suite, startSuite } from "../scripts/emulators/suite.ts";
import { judgeHistory } from "../scripts/fleet/judgeHistory.ts";
import { type HistorySize, releaseHistory, writeAll } from "../scripts/fleet/releaseHistory.ts";
import { DEMO_APP } from "../shared/demoUsers.ts";
import { type BundleSize, measureBundle } from "./bundleSize.ts";
import { type DashboardValues, dashboardFigures } from "./dashboardFigures.ts";
import { keepParts, LAST_RUN } from "./lastRun.ts";
import { spread } from "./report.ts";

/** Commits that counting makes beside the page that is left open. */
const COMMITS_PER_SECOND = 40;

const USAGE = `Measures how soon the dashboard's overview can be used with much data behind it, how many documents it reads, and how
many more while it is left open beside a backend that counts.

Usage: npm run bench:dashboard -- [--json FILE]

  --versions N   by default 200
  --days N       of counters, by default 90
  --devices N    by default 50000
  --visits N     how often the overview is opened with an empty cache, by default 5
  --open N       seconds for which a page is left open beside ${COMMITS_PER_SECOND} commits a second, by default 70
  --json FILE    where the figures go, by default bench/lastRun.json: "npm run figures" writes them into the documents

It starts emulators of its own and fills them, which takes a minute or two.`;

/** Milliseconds since the visit began. */
type Visit = {
	/** The versions are there, and the page answers. */
	readonly interactive: number;
	/** The trends and charts are there too. */
	readonly charts: number;
	/** Every version's active devices are counted too. The emulator counts without an index, so this is its own speed. */
	readonly counts: number;
	/** What Firestore would have billed. */
	readonly documentsRead: number;
};

/** A page that is left open. */
type LeftOpen = { readonly seconds: number; readonly commits: number; readonly documentsRead: number };

type Measured = { readonly visits: readonly Visit[]; readonly leftOpen: LeftOpen; readonly bundle: BundleSize };

const COMPLETE_TIMEOUT_MS = 120_000;

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
		failures: 0,
		// Every version that is shown has counters of each day of its trend: that is the most that can be read.
		newestAge: TREND_DAYS,
	};
	const visits = wholeNumber("visits", values.visits);
	const { versions, days, devices } = size;
	const point = `${versions} versions, ${days} days, ${devices.toLocaleString("en")} devices`;
	const measured = valuesOf(await measure(size, visits, wholeNumber("open", values.open)));
	await keepParts(dashboardFigures(point, measured), visits, values.json);
	console.log(describe(point, measured));
	return 0;
}

async function measure(size: HistorySize, count: number, seconds: number): Promise<Measured> {
	await step("Build the dashboard", buildDashboard);
	const emulators = ["firestore", "auth", "hosting"] as const;
	const suite = await step("Start the emulators", () => startSuite({ emulators, signal }));
	try {
		await step("Write the history", () => fill(suite, size));
		const browser = await launchBrowser();
		try {
			const signedIn = await signIn(browser, suite);
			const visits = await step(`Visit the overview ${count} times`, () =>
				visitOften(browser, suite, size, count, signedIn),
			);
			const leftOpen = await step(`Leave it open for ${seconds} s`, () =>
				leaveOpen(browser, suite, size, seconds, signedIn),
			);
			const bundle = await measureBundle(path.join(import.meta.dirname, "../web/dist"));
			return { visits, leftOpen, bundle };
		} finally {
			await browser.close();
		}
	} finally {
		await suite.stop();
	}
}

async function fill(suite: Suite, size: HistorySize): Promise<void> {
	Object.assign(process.env, suite.environment);
	const db = openFirestore(suite.projectId);
	const now = Date.now();
	await writeAll(db, releaseHistory(db, size, now), (written) => {
		progressLine(`${written.toLocaleString("en")} documents`);
	});
	endProgress();
	await judgeHistory(db, size.appId, now);
	await db.terminate();
}

type SignedIn = Awaited<ReturnType<BrowserContext["storageState"]>>;

async function visitOften(
	browser: Browser,
	suite: Suite,
	size: HistorySize,
	count: number,
	signedIn: SignedIn,
): Promise<readonly Visit[]> {
	const visits: Visit[] = [];
	for (let visit = 0; visit < count; visit += 1) {
		const context = await browser.newContext({ storageState: signedIn });
		visits.push(await visitOnce(await context.newPage(), suite, size));
		await context.close();
	}
	return visits;
}

async function signIn(browser: Browser, suite: Suite): Promise<SignedIn> {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(suite.dashboardUrl);
	await page.getByRole("button", { name: "Sign in as demo member" }).click();
	await page.locator("table.releases").waitFor();
	const state = await context.storageState({ indexedDB: true });
	await context.close();
	return state;
}

async function visitOnce(page: Page, suite: Suite, size: HistorySize): Promise<Visit> {
	const rows = Math.min(20, size.versions);
	await page.goto(`${suite.dashboardUrl}/?app=${size.appId}`, { waitUntil: "commit" });
	await page.locator(`table.releases tbody tr:nth-child(${rows})`).waitFor();
	const interactive = await timeOfNextTask(page);
	await page.locator(".adoption .chart canvas").waitFor();
	const charts = await timeOfNextTask(page);
	await untilComplete(page);
	const counts = await timeOfNextTask(page);
	return { interactive, charts, counts, documentsRead: await documentsRead(page) };
}

/** Waits until nothing on the page is on its way any more. */
function untilComplete(page: Page): Promise<void> {
	const unknown = page.locator("table.releases .figure, .tile-value").filter({ hasText: "…" });
	return unknown.first().waitFor({ state: "detached", timeout: COMPLETE_TIMEOUT_MS });
}

/** Leaves a page open while counters are written as counting writes them, and the schedule judges once. */
async function leaveOpen(
	browser: Browser,
	suite: Suite,
	size: HistorySize,
	seconds: number,
	signedIn: SignedIn,
): Promise<LeftOpen> {
	const context = await browser.newContext({ storageState: signedIn });
	const page = await context.newPage();
	await page.goto(`${suite.dashboardUrl}/?app=${size.appId}`);
	await page.locator("table.releases tbody tr").first().waitFor();
	await untilComplete(page);
	const readBefore = await documentsRead(page);
	const db = openFirestore(suite.projectId);
	const { docs } = await db
		.collection(`${appPath(size.appId)}/${COLLECTIONS.versions}`)
		.limit(COMMITS_PER_SECOND)
		.get();
	const start = performance.now();
	let commits = 0;
	let isJudged = false;
	while (performance.now() - start < seconds * 1_000) {
		const due = Math.floor(((performance.now() - start) / 1_000) * COMMITS_PER_SECOND) - commits;
		await Promise.all(
			docs.slice(0, due).map(({ ref }) => {
				const counted = { events: commits, last_event_at: new Date() };
				return db
					.batch()
					.update(db.doc(appPath(size.appId)), counted)
					.update(ref, counted)
					.commit();
			}),
		);
		commits += Math.min(due, docs.length);
		if (!isJudged && performance.now() - start > seconds * 500) {
			await judgeHistory(db, size.appId, Date.now());
			isJudged = true;
		}
		await delay(25);
	}
	const open = (performance.now() - start) / 1_000;
	const read = (await documentsRead(page)) - readBefore;
	await db.terminate();
	await context.close();
	return { seconds: open, commits, documentsRead: read };
}

async function documentsRead(page: Page): Promise<number> {
	const text = (await page.getByTestId("documents-read").textContent()) ?? "";
	return Number(text.replaceAll(",", ""));
}

/** When the page is free to answer its user, in milliseconds since the visit began. */
function timeOfNextTask(page: Page): Promise<number> {
	return page.evaluate("new Promise((resolve) => setTimeout(() => resolve(Math.round(performance.now()))))");
}

function valuesOf({ visits, leftOpen, bundle }: Measured): DashboardValues {
	return {
		"ms, interactive": visits.map(({ interactive }) => interactive),
		"ms, charts": visits.map(({ charts }) => charts),
		"ms, counts": visits.map(({ counts }) => counts),
		"documents read": visits.map(({ documentsRead }) => documentsRead),
		"documents/s, left open": [leftOpen.documentsRead / leftOpen.seconds],
		"kB, first view": [bundle.firstView / 1_000],
		"kB, charts": [bundle.charts / 1_000],
	};
}

function describe(point: string, values: DashboardValues): string {
	const lines = Object.entries(values).map(([unit, ofUnit]) => `  ${unit.padEnd(24)}${spread(ofUnit)}`);
	return [styleText("bold", `Overview of ${point}`), ...lines].join("\n");
}

function wholeNumber(option: string, value: string): number {
	if (/^[1-9]\d*$/.test(value)) return Number(value);
	throw new ExplainedError(`--${option} is ${value}: give a whole number from 1 on.`);
}
