import path from "node:path";
import { styleText } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openFirestore } from "../functions/src/firestore/client.ts";
import { TREND_DAYS } from "../metrics/definitions.ts";
import { launchBrowser } from "../scripts/browser.ts";
import { ExplainedError, explainFailure } from "../scripts/explainedError.ts";
import { parseArguments } from "../scripts/parseArguments.ts";
import { type HistorySize, releaseHistory, writeAll } from "../scripts/simulate/releaseHistory.ts";
import { buildDashboard, step } from "../scripts/steps.ts";
import { stopSignals } from "../scripts/stopSignals.ts";
import { type Suite, startSuite } from "../scripts/suite/suite.ts";
import { DEMO_APP } from "../web/src/session/demoUsers.ts";
import { measureBundle } from "./bundleSize.ts";

const USAGE = `Measures how soon the dashboard's overview can be used with much data behind it, and how many documents it reads.

Usage: npm run bench:dashboard -- [--json]

  --versions N   by default 200
  --days N       of counters, by default 90
  --devices N    by default 50000
  --visits N     how often the overview is opened with an empty cache, by default 5
  --json         print the figures as JSON

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

const COMPLETE_TIMEOUT_MS = 120_000;

const signal = stopSignals();
process.exitCode = await explainFailure(main, signal);

async function main(): Promise<number> {
	const { values } = parseArguments({
		options: {
			versions: { type: "string", default: "200" },
			days: { type: "string", default: "90" },
			devices: { type: "string", default: "50000" },
			visits: { type: "string", default: "5" },
			json: { type: "boolean", default: false },
			help: { type: "boolean" },
		},
	} as const);
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	const size = {
		appId: DEMO_APP,
		versions: wholeNumber("versions", values.versions),
		days: wholeNumber("days", values.days),
		devices: wholeNumber("devices", values.devices),
		failures: 0,
		// Every version that is shown has counters of each day of its trend: that is the most that can be read.
		newestAge: TREND_DAYS,
	};
	const visits = await measure(size, wholeNumber("visits", values.visits));
	const bundle = await measureBundle(path.join(import.meta.dirname, "../web/dist"));
	console.log(values.json ? JSON.stringify({ size, bundle, visits }, null, 2) : describe(size, visits, bundle));
	return 0;
}

async function measure(size: HistorySize, count: number): Promise<readonly Visit[]> {
	await step("Build the dashboard", buildDashboard);
	const emulators = ["firestore", "auth", "hosting"] as const;
	const suite = await step("Start the emulators", () => startSuite({ emulators, signal }));
	try {
		await step("Write the history", () => fill(suite, size));
		const browser = await launchBrowser();
		try {
			return await step(`Visit the overview ${count} times`, () => visitOften(browser, suite, size, count));
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
	await writeAll(db, releaseHistory(db, size, Date.now()), (written) => {
		if (process.stderr.isTTY) process.stderr.write(`\r${written.toLocaleString("en")} documents`);
	});
	if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
	await db.terminate();
}

async function visitOften(browser: Browser, suite: Suite, size: HistorySize, count: number): Promise<readonly Visit[]> {
	const signedIn = await signIn(browser, suite);
	const visits: Visit[] = [];
	for (let visit = 0; visit < count; visit += 1) {
		const context = await browser.newContext({ storageState: signedIn });
		visits.push(await visitOnce(await context.newPage(), suite, size));
		await context.close();
	}
	return visits;
}

async function signIn(browser: Browser, suite: Suite): Promise<Awaited<ReturnType<BrowserContext["storageState"]>>> {
	const context = await browser.newContext();
	const page = await context.newPage();
	await page.goto(suite.dashboardUrl);
	await page.getByRole("button", { name: "Sign in as demo member" }).click();
	await page.locator("table.versions").waitFor();
	const state = await context.storageState({ indexedDB: true });
	await context.close();
	return state;
}

async function visitOnce(page: Page, suite: Suite, size: HistorySize): Promise<Visit> {
	const rows = Math.min(20, size.versions);
	await page.goto(`${suite.dashboardUrl}/?app=${size.appId}`, { waitUntil: "commit" });
	await page.locator(`table.versions tbody tr:nth-child(${rows})`).waitFor();
	const interactive = await timeOfNextTask(page);
	await page.locator(".legend li").first().waitFor();
	const charts = await timeOfNextTask(page);
	const unknown = page.locator("table.versions .figure, .tile-value").filter({ hasText: "…" });
	await unknown.first().waitFor({ state: "detached", timeout: COMPLETE_TIMEOUT_MS });
	const counts = await timeOfNextTask(page);
	const read = await page.getByTestId("documents-read").textContent();
	return { interactive, charts, counts, documentsRead: Number(read) };
}

/** When the page is free to answer its user, in milliseconds since the visit began. */
function timeOfNextTask(page: Page): Promise<number> {
	return page.evaluate("new Promise((resolve) => setTimeout(() => resolve(Math.round(performance.now()))))");
}

function describe(
	size: HistorySize,
	visits: readonly Visit[],
	bundle: Awaited<ReturnType<typeof measureBundle>>,
): string {
	const line = (name: string, value: string) => `  ${name.padEnd(34)}${value}`;
	const { versions, days, devices } = size;
	return [
		styleText("bold", `Overview of ${versions} versions, ${days} days, ${devices.toLocaleString("en")} devices`),
		line("interactive", `${spread(visits.map(({ interactive }) => interactive))} ms`),
		line("with charts", `${spread(visits.map(({ charts }) => charts))} ms`),
		line("with active devices (by emulator)", `${spread(visits.map(({ counts }) => counts))} ms`),
		line("documents read", spread(visits.map(({ documentsRead }) => documentsRead))),
		line("first view, compressed", `${(bundle.firstView / 1_000).toFixed(0)} kB`),
		line("chart library, loaded after it", `${(bundle.charts / 1_000).toFixed(0)} kB`),
	].join("\n");
}

/** The median, and the least and the most. */
function spread(values: readonly number[]): string {
	const sorted = values.toSorted((a, b) => a - b);
	return `${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]} to ${sorted.at(-1)})`;
}

function wholeNumber(option: string, value: string): number {
	if (/^[1-9]\d*$/.test(value)) return Number(value);
	throw new ExplainedError(`--${option} is ${value}: give a whole number from 1 on.`);
}
