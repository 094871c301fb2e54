import axe, { type AxeResults } from "axe-core";
import { expect } from "chai";
import type { Page } from "playwright-core";

/** What axe-core finds in a page as it is shown, by all its rules or by some. */
async function accessibilityProblems(page: Page, rules?: readonly string[]): Promise<string[]> {
	// Evaluated as the browser's debugger does it, since the page's content security policy lets no script in.
	await page.evaluate(axe.source);
	const options = rules === undefined ? {} : { runOnly: { type: "rule", values: rules } };
	const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
	return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}

/** Those of axe-core's rules, as far as they are on by default, that look at colours: the tag `cat.color`. */
const RULES_OF_COLORS = ["color-contrast", "link-in-text-block"];

/** Expects that axe-core finds nothing in a page, light and dark. All that the theme changes is colours. */
export async function expectAccessible(page: Page): Promise<void> {
	// Colours that are on their way to others would be measured in between.
	await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
	expect(await accessibilityProblems(page), "light").to.deep.equal([]);
	await page.emulateMedia({ colorScheme: "dark" });
	expect(await accessibilityProblems(page, RULES_OF_COLORS), "dark").to.deep.equal([]);
}
