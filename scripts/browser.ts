import { type Browser, chromium, type Page } from "playwright-core";
import { ExplainedError } from "./cli/explainedError.ts";

/** Sandboxing needs rights that containers don't give; the pages opened are the project's own. */
const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];

/**
 * Starts a browser without a window: the Chromium that an npm package brings for Linux on x64, elsewhere an installed
 * Chrome.
 *
 * @throws ExplainedError when there is none, or it does not start.
 */
export async function launchBrowser(): Promise<Browser> {
	try {
		return await chromium.launch({ args: ARGS, ...(await chooseBrowser()) });
	} catch (error) {
		const [reason] = String(error).split("\n");
		throw new ExplainedError(`The browser did not start: ${reason} Install Google Chrome, and try again.`);
	}
}

async function chooseBrowser(): Promise<{ executablePath: string } | { channel: string }> {
	if (process.platform !== "linux" || process.arch !== "x64") return { channel: "chrome" };
	const { default: packaged } = await import("@sparticuz/chromium");
	return { executablePath: await packaged.executablePath() };
}

/** Gives what went wrong in a page without anybody seeing it, since it was last asked. */
export type Trouble = () => readonly string[];

/** Collects console errors and warnings, uncaught errors, and requests that fail or are answered with an error. */
export function watchForTrouble(page: Page): Trouble {
	let problems: string[] = [];
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
	});
	page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
	page.on("requestfailed", (request) => {
		// A page that is left ends its live queries.
		if (request.failure()?.errorText !== "net::ERR_ABORTED") problems.push(`failed: ${request.url()}`);
	});
	page.on("response", (response) => {
		if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
	});
	return () => {
		const found = problems;
		problems = [];
		return found;
	};
}
