import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../scripts/cli/steps.ts";

const COMMANDS = globSync(
	["scripts/commands/*.ts", "scripts/report/check.ts", "scripts/fleet/options.ts", "bench/*.ts"],
	{
		cwd: ROOT,
	},
).filter((file) => textOf(file).includes("USAGE = `"));

const OPTION = /^\t+"?([\w-]+)"?: \{ type: "(?:string|boolean)"/gm;

describe("the help text", () => {
	it("is there for every command that npm runs", () => {
		const { scripts } = JSON.parse(textOf("package.json"));
		const files = Object.values<string>(scripts).flatMap(
			(script) => /(?:scripts\/commands|bench)\/\w+\.ts/.exec(script) ?? [],
		);
		expect(files.filter((file) => !COMMANDS.includes(file))).to.deep.equal(["scripts/commands/simulate.ts"]);
	});

	for (const file of COMMANDS) {
		it(`names every option in ${file}`, () => {
			const text = textOf(file);
			const options = [...text.matchAll(OPTION)].flatMap(([, name]) => name ?? []).filter((name) => name !== "help");
			const usage = text.slice(text.indexOf("USAGE = `"), text.indexOf("`;", text.indexOf("USAGE = `")));
			expect(options.filter((name) => !usage.includes(`--${name}`))).to.deep.equal([]);
		});
	}
});

function textOf(file: string): string {
	return readFileSync(path.join(ROOT, file), "utf8");
}
