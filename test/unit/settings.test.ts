import { readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { expect } from "chai";
import { ROOT } from "../../scripts/cli/steps.ts";
import { DECLARED_SETTINGS } from "../support/declaredSettings.ts";

/** The defaults that the README says in words. */
const IN_WORDS: Readonly<Record<string, string>> = {
	REGION: "the database's",
	STATS_SECRETS: "asked",
	EXTRA_ACTIONS: "none",
	IGNORED_ACTIONS: "none",
};

const readFile = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

describe("the settings", () => {
	it("stand in the README, each with its default", () => {
		const rows = [...readFile("README.md").matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|/gm)];
		const documented = Object.fromEntries(rows.map(([, name = "", value = ""]) => [name, value.replaceAll("`", "")]));
		const declared = [...DECLARED_SETTINGS].map(([name, value]) => [name, IN_WORDS[name] ?? String(value)]);
		expect(documented).to.deep.equal(Object.fromEntries(declared));
	});

	it("stand in functions/.env with their defaults, where a team rarely changes them", () => {
		for (const [name, value] of Object.entries(parseEnv(readFile("functions/.env")))) {
			expect(value, name).to.equal(String(DECLARED_SETTINGS.get(name)));
		}
	});
});
