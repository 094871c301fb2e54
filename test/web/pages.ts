import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Browser, BrowserContext, Locator, Page, ViewportSize } from "playwright-core";
import { launchBrowser, type Trouble, watchForTrouble } from "../../scripts/browser.ts";
import { SUITE } from "./suite.ts";

/** The pages of a suite of tests. */
export type Pages = {
	/** Opens the page at the query part of a URL, signed in as the demo member. */
	readonly open: (query?: string, viewport?: ViewportSize) => Promise<Page>;
	/** The same, where nobody is signed in. */
	readonly openSignedOut: (query?: string) => Promise<Page>;
	/** The same, signed in as another demo user. */
	readonly openAs: (name: string, query?: string) => Promise<Page>;
};

/**
 * Starts a browser for the suite of tests that calls it, and ends it. Each test fails when a page that it opened logged a
 * warning, threw, or had a request that failed.
 */
export function usePages(): Pages {
	let browser: Browser;
	let member: BrowserContext;
	let opened: { readonly page: Page; readonly trouble: Trouble }[] = [];

	before(async () => {
		browser = await launchBrowser();
		member = await browser.newContext();
		const page = await member.newPage();
		await page.goto(SUITE.hostingUrl);
		await signIn(page, "demo member");
		await page.close();
	});

	after(() => browser?.close());

	afterEach(async () => {
		const problems = opened.flatMap(({ trouble }) => trouble.problems);
		for (const { page } of opened) await (page.context() === member ? page.close() : page.context().close());
		opened = [];
		expect(problems).to.deep.equal([]);
	});

	async function openIn(context: BrowserContext, query: string, viewport?: ViewportSize): Promise<Page> {
		const page = await context.newPage();
		if (viewport) await page.setViewportSize(viewport);
		opened.push({ page, trouble: watchForTrouble(page) });
		await page.goto(`${SUITE.hostingUrl}/${query}`);
		return page;
	}

	return {
		open: (query = "", viewport) => openIn(member, query, viewport),
		openSignedOut: async (query = "") => openIn(await browser.newContext(), query),
		openAs: async (name, query = "") => {
			const page = await openIn(await browser.newContext(), query);
			await signIn(page, name);
			return page;
		},
	};
}

/** Signs in as one of the demo users. */
export async function signIn(page: Page, name: string): Promise<void> {
	await page.getByRole("button", { name: `Sign in as ${name}`, exact: true }).click();
	await page.getByLabel("Your account").waitFor();
}

/** The rows of the overview. */
export function rows(page: Page): Locator {
	return page.locator("table.releases tr[data-version]");
}

/** The overview's row of a version. */
export function row(page: Page, version: string): Locator {
	return page.locator(`table.releases tr[data-version="${version}"]`);
}

/** A cell of a row, by what its column is called. */
export function cell(inRow: Locator, label: string): Locator {
	return inRow.locator(`[data-label="${label}"]`);
}

/** The figure in a cell. */
export function figure(inRow: Locator, label: string): Promise<string> {
	return textOf(cell(inRow, label).locator(".figure"));
}

/** Expects that nothing sticks out of the window to the right; names what does. */
export async function expectNoOverflow(page: Page): Promise<void> {
	const sticksOut = await page.evaluate(() => {
		const overflow = document.documentElement.scrollWidth - innerWidth;
		if (overflow <= 0) return [];
		const elements = [...document.querySelectorAll("body *")]
			.filter((element) => element.getBoundingClientRect().right > innerWidth)
			.map((element) => `${element.outerHTML.slice(0, 120)} ends at ${element.getBoundingClientRect().right}`);
		return [`${overflow} pixels too wide`, ...elements];
	});
	expect(sticksOut).to.deep.equal([]);
}

/** All of an element's text. */
export async function textOf(locator: Locator): Promise<string> {
	return (await locator.textContent()) ?? "";
}

/** Waits until a cell says something. */
export async function expectCell(inRow: Locator, label: string, text: string | RegExp): Promise<void> {
	await cell(inRow, label).filter({ hasText: text }).waitFor();
}

/** Waits until a chart's canvas holds something. */
export async function expectDrawn(chart: Locator): Promise<void> {
	await chart.waitFor();
	const canvas = await chart.elementHandle();
	await chart.page().waitForFunction((element) => {
		if (!(element instanceof HTMLCanvasElement)) return false;
		const blank = document.createElement("canvas");
		[blank.width, blank.height] = [element.width, element.height];
		return element.toDataURL() !== blank.toDataURL();
	}, canvas);
}

/** The lines of the CSV file that a button saves. */
export async function exportedLines(page: Page, button: Locator): Promise<string[]> {
	const downloading = page.waitForEvent("download");
	await button.click();
	const download = await downloading;
	expect(download.suggestedFilename()).to.match(/^[\w.-]+\.csv$/);
	const csv = await readFile(await download.path(), "utf8");
	expect(csv.startsWith("\uFEFF")).to.equal(true);
	return csv.slice(1).trimEnd().split("\r\n");
}
