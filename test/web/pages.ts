import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Browser, BrowserContext, Locator, Page, ViewportSize } from "playwright-core";
import { launchBrowser, type Trouble, watchForTrouble } from "../../scripts/browser.ts";
import { SUITE } from "./suite.ts";

/** The pages of a suite of tests. */
export type Pages = {
	/**
	 * Goes to the query part of a URL, signed in as the demo member, in one page for all tests, as a link within the page
	 * does: loading it costs two seconds of a core.
	 */
	readonly open: (query?: string) => Promise<Page>;
	/** Loads the page at the query part of a URL, signed in as the demo member. */
	readonly load: (query?: string, options?: LoadOptions) => Promise<Page>;
	/** The same, where nobody is signed in. */
	readonly openSignedOut: (query?: string) => Promise<Page>;
	/** The same, signed in as another demo user. */
	readonly openAs: (name: string, query?: string, options?: LoadOptions) => Promise<Page>;
	/**
	 * Opens one page for all tests of the `describe` that calls it, which look at it and leave it as it was.
	 *
	 * @param isReady Waits until the page shows what they look at.
	 */
	readonly share: (query: string, isReady: (page: Page) => Promise<void>) => () => Page;
	/** Expects that something goes wrong in a page: that its troubles are these, each at least once, and no other. */
	readonly expectTrouble: (page: Page, expected: readonly RegExp[]) => void;
};

export type LoadOptions = {
	readonly viewport?: ViewportSize;
	/** Whether the page has a clock that {@link lookAgain} sets forward. */
	readonly hasOwnClock?: boolean;
};

type Opened = { readonly page: Page; readonly trouble: Trouble };

/** @property visited The page in which the demo member goes from one view to the next. */
type Started = { readonly browser: Browser; readonly member: BrowserContext; readonly visited: Opened };

/** One browser for the tests of all files: to start it takes seconds. */
let starting: Promise<Started> | undefined;

async function startBrowser(): Promise<Started> {
	const browser = await launchBrowser();
	const member = await browser.newContext();
	const visited = await load(member, "");
	await signIn(visited.page, "demo member");
	return { browser, member, visited };
}

async function load(context: BrowserContext, query: string, options: LoadOptions = {}): Promise<Opened> {
	const page = await context.newPage();
	if (options.viewport) await page.setViewportSize(options.viewport);
	if (options.hasOwnClock) await page.clock.install();
	const trouble = watchForTrouble(page);
	await page.goto(`${SUITE.hostingUrl}/${query}`);
	return { page, trouble };
}

/** How large the window is, unless a test says otherwise. */
const VIEWPORT: ViewportSize = { width: 1280, height: 720 };

/** A view of the page that nobody has the right to see: from there every other one begins as new. */
const NOWHERE = "?app=com.example.nowhere";

/** Lets a page show another URL, without loading it, as it looked when it was loaded. */
async function goTo(page: Page, query: string): Promise<void> {
	await page.setViewportSize(VIEWPORT);
	await page.emulateMedia({ colorScheme: null, reducedMotion: null });
	for (const next of [NOWHERE, query || "/"]) {
		await page.evaluate((url) => {
			history.pushState(null, "", url);
			dispatchEvent(new PopStateEvent("popstate"));
			scrollTo(0, 0);
			return new Promise(requestAnimationFrame);
		}, next);
	}
}

// Of the root suite: it runs after the tests of all files.
after(async () => (await starting)?.browser.close());

/**
 * Gives a suite of tests pages in the browser of all of them. Each test fails when a page that it looked at logged a
 * warning, threw, or had a request that failed.
 */
export function usePages(): Pages {
	let started: Started;
	let opened: Opened[] = [];
	const shared = new Set<Opened>();
	const expectedTroubles = new Map<Page, readonly RegExp[]>();

	before(async () => {
		starting ??= startBrowser();
		started = await starting;
	});

	afterEach(async () => {
		const all = [...opened, ...shared, started.visited];
		const unexpected = all.flatMap(({ page, trouble }) => unexpectedOf(trouble(), expectedTroubles.get(page) ?? []));
		for (const { page } of opened) await close(page, started.member);
		opened = [];
		expectedTroubles.clear();
		expect(unexpected).to.deep.equal([]);
	});

	async function loadIn(context: BrowserContext, query: string, options?: LoadOptions): Promise<Page> {
		const page = await load(context, query, options);
		opened.push(page);
		return page.page;
	}

	return {
		open: async (query = "") => {
			await goTo(started.visited.page, query);
			return started.visited.page;
		},
		load: (query = "", options) => loadIn(started.member, query, options),
		openSignedOut: async (query = "") => loadIn(await started.browser.newContext(), query),
		openAs: async (name, query = "", options) => {
			const page = await loadIn(await started.browser.newContext(), query, options);
			await signIn(page, name);
			return page;
		},
		share: (query, isReady) => {
			let page: Opened;
			before(async () => {
				page = await load(started.member, query);
				shared.add(page);
				await isReady(page.page);
			});
			after(async () => {
				shared.delete(page);
				await page.page.close();
			});
			return () => page.page;
		},
		expectTrouble: (page, expected) => expectedTroubles.set(page, expected),
	};
}

/** What was not expected, and what was and did not come. */
function unexpectedOf(problems: readonly string[], expected: readonly RegExp[]): readonly string[] {
	const missing = expected.filter((pattern) => !problems.some((problem) => pattern.test(problem)));
	return [
		...problems.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
		...missing.map((pattern) => `missing: ${pattern}`),
	];
}

/** Whoever isn't the demo member has a context of their own. */
async function close(page: Page, member: BrowserContext): Promise<void> {
	await (page.context() === member ? page.close() : page.context().close());
}

/** Signs in as one of the demo users. */
export async function signIn(page: Page, name: string): Promise<void> {
	await page.getByRole("button", { name: `Sign in as ${name}`, exact: true }).click();
	await page.getByLabel("Your account").waitFor();
}

/** A page looks at counters so often, in milliseconds. */
const LOOK_AGAIN_MS = 15_000;

/** Lets a page that has a clock of its own look at counters now. */
export async function lookAgain(page: Page): Promise<void> {
	await page.clock.fastForward(LOOK_AGAIN_MS);
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

/** Expects that nothing sticks out of a window that is so wide; names what does. */
export async function expectFits(page: Page, width: number): Promise<void> {
	await page.setViewportSize({ width, height: 700 });
	// Charts are drawn anew once they know of the new size.
	await page
		.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, { timeout: SETTLED_MS })
		.catch(() => {});
	const sticksOut = await page.evaluate(() => {
		const overflow = document.documentElement.scrollWidth - innerWidth;
		if (overflow <= 0) return [];
		const elements = [...document.querySelectorAll("body *")]
			.filter((element) => element.getBoundingClientRect().right > innerWidth)
			.map((element) => `${element.outerHTML.slice(0, 120)} ends at ${element.getBoundingClientRect().right}`);
		return [`${overflow} pixels too wide`, ...elements];
	});
	expect(sticksOut, `at ${width} pixels`).to.deep.equal([]);
}

/** After this time a page whose window was resized looks as it will, in milliseconds. */
const SETTLED_MS = 10_000;

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
