import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { DEMO_APP } from "../../shared/demoUsers.ts";
import { launchBrowser } from "../browser.ts";
import { type OptionValues, runCommand } from "../cli/command.ts";
import { buildDashboard, ROOT, step } from "../cli/steps.ts";
import { stopSignals } from "../cli/stopSignals.ts";
import { type Suite, startSuite } from "../emulators/suite.ts";
import { judgeHistory } from "../fleet/judgeHistory.ts";
import { releaseHistory, writeAll } from "../fleet/releaseHistory.ts";

const USAGE = `Takes the pictures of the dashboard that the documentation shows, on emulators filled with a made-up history.

Usage: npm run screenshots

  --folder FOLDER   where to, by default docs/images`;

type Shot = {
	readonly name: string;
	readonly user?: "operator";
	readonly query: string;
	/** What must be there before the picture is taken. */
	readonly ready: string;
	readonly colorScheme: "light" | "dark";
	readonly size: { readonly width: number; readonly height: number };
};

const WIDE = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 780 };

const SHOTS: readonly Shot[] = [
	{ name: "overview-light", query: `?app=${DEMO_APP}`, ready: ".releases tbody tr", colorScheme: "light", size: WIDE },
	{ name: "overview-dark", query: `?app=${DEMO_APP}`, ready: ".releases tbody tr", colorScheme: "dark", size: WIDE },
	{ name: "overview-phone", query: `?app=${DEMO_APP}`, ready: ".releases tbody tr", colorScheme: "dark", size: PHONE },
	{
		name: "version-light",
		query: `?app=${DEMO_APP}&version=4.2.4&days=7`,
		ready: ".failures",
		colorScheme: "light",
		size: { width: 1280, height: 1360 },
	},
	{
		name: "device-dark",
		query: `?app=${DEMO_APP}&search=customer-3`,
		ready: ".timeline",
		colorScheme: "dark",
		size: { width: 1280, height: 720 },
	},
	{
		name: "setup-light",
		user: "operator",
		query: "?app=com.example.new",
		ready: ".steps",
		colorScheme: "light",
		size: { width: 1280, height: 760 },
	},
];

const signal = stopSignals();
const OPTIONS = {
	folder: { type: "string", default: path.join(ROOT, "docs/images") },
} as const;

await runCommand({ usage: USAGE, options: OPTIONS, run: main }, signal);

async function main(values: OptionValues<typeof OPTIONS>): Promise<number> {
	await step("Build the dashboard", buildDashboard);
	const emulators = ["firestore", "auth", "hosting"] as const;
	const suite = await step("Start the emulators", () => startSuite({ emulators, signal }));
	try {
		await step("Write the history", () => fill(suite));
		const browser = await launchBrowser();
		for (const shot of SHOTS) await step(shot.name, () => take(browser, suite, shot, values.folder));
		await browser.close();
	} finally {
		await suite.stop();
	}
	return 0;
}

async function fill(suite: Suite): Promise<void> {
	Object.assign(process.env, suite.environment);
	const db = openFirestore(suite.projectId);
	const size = { appId: DEMO_APP, versions: 24, days: 40, devices: 6_000, failures: 60, newestAge: 2 };
	const now = Date.now();
	await writeAll(db, releaseHistory(db, size, now));
	await judgeHistory(db, DEMO_APP, now);
	await db.terminate();
}

async function take(browser: Browser, suite: Suite, shot: Shot, folder: string): Promise<void> {
	const context = await browser.newContext({
		viewport: shot.size,
		colorScheme: shot.colorScheme,
		deviceScaleFactor: 1.5,
	});
	const page = await context.newPage();
	await page.goto(`${suite.dashboardUrl}/${shot.query}`);
	await page.getByRole("button", { name: `Sign in as demo ${shot.user ?? "member"}` }).click();
	await page.locator(shot.ready).first().waitFor();
	await untilComplete(page);
	await page.screenshot({ path: path.join(folder, `${shot.name}.png`) });
	await context.close();
}

async function untilComplete(page: Page): Promise<void> {
	await page.getByText("…", { exact: true }).first().waitFor({ state: "detached" });
	await page
		.getByText(/^Counting \d/)
		.first()
		.waitFor({ state: "detached" });
	// Charts are drawn a moment after their figures came.
	await page.waitForTimeout(1_000);
}
