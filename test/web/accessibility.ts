import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** What axe-core finds in a page as it is shown, by all its rules. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
	// Evaluated as the browser's debugger does it, since the page's content security policy lets no script in.
	await page.evaluate(axe.source);
	const { violations } = await page.evaluate<AxeResults>("axe.run()");
	return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
