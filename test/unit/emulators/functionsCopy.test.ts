import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import { expect } from "chai";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { dotenv, localSettings, settingValues } from "../../../scripts/emulators/functionsCopy.ts";

describe("the settings of a suite's functions", () => {
	it("are the defaults, written as text", () => {
		const { settings } = settingValues(
			[
				{ name: "REGION", type: "string", default: "us-central1" },
				{ name: "NOTHING", type: "string", default: "" },
				{ name: "DAYS", type: "int", default: 0 },
				{ name: "STRICT", type: "boolean", default: false },
				{ name: "NAMES", type: "list", default: ["a", "b"] },
			],
			{},
		);
		expect(settings).to.deep.equal({
			REGION: "us-central1",
			NOTHING: "",
			DAYS: "0",
			STRICT: "false",
			NAMES: '["a","b"]',
		});
	});

	it("are the given values before the defaults, undeclared ones included", () => {
		const { settings } = settingValues([{ name: "DAYS", type: "int", default: 90 }], { DAYS: "7", OTHER: "x" });
		expect(settings).to.deep.equal({ DAYS: "7", OTHER: "x" });
	});

	it("keep secrets apart", () => {
		const { settings, secrets } = settingValues([{ name: "KEY", type: "secret" }], { KEY: "word", OTHER: "x" });
		expect(settings).to.deep.equal({ OTHER: "x" });
		expect(secrets).to.deep.equal({ KEY: "word" });
	});

	it("name the setting that has no value, and the file to write it to", () => {
		expect(() => settingValues([{ name: "KEY", type: "secret" }], {})).to.throw(
			ExplainedError,
			/KEY.*functions\/\.secret\.local/,
		);
		expect(() => settingValues([{ name: "DAYS", type: "int" }], {})).to.throw(
			ExplainedError,
			/DAYS.*functions\/\.env\.local/,
		);
	});
});

describe("the developer's own settings", () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "settings-test-"));
	});

	afterEach(() => rm(folder, { recursive: true }));

	it("are those of the dotenv files, the more special ones last", async () => {
		await writeFile(path.join(folder, ".env"), "A=common\nB=common\nC=common\n");
		await writeFile(path.join(folder, ".env.demo-project"), "B=project\nC=project\n");
		await writeFile(path.join(folder, ".env.other-project"), "A=other\n");
		await writeFile(path.join(folder, ".env.local"), "C='local one'\n");
		await writeFile(path.join(folder, ".secret.local"), "KEY=word\n");
		expect(await localSettings(folder, "demo-project")).to.deep.equal({
			A: "common",
			B: "project",
			C: "local one",
			KEY: "word",
		});
	});

	it("are none where there is no file", async () => {
		expect(await localSettings(folder, "demo-project")).to.deep.equal({});
	});
});

describe("a dotenv file", () => {
	it("gives back lines, equals signs, number signs and spaces", () => {
		const values = { LINES: "a\nb", SIGNS: "a=b # c", SPACES: "  a ", EMPTY: "" };
		expect(parseEnv(dotenv(values))).to.deep.equal(values);
	});

	it("escapes quotes and backslashes the way the Firebase CLI reads them", () => {
		expect(dotenv({ LIST: '["a\\b"]' })).to.equal('LIST="[\\"a\\\\b\\"]"\n');
	});
});
