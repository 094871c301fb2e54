import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../scripts/cli/steps.ts";
import { findJava, javaRelease, OLDEST_JAVA } from "../../../scripts/emulators/java.mjs";

describe("the search for Java", () => {
	let folder: string;

	beforeEach(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "java-test-"));
	});

	afterEach(() => rm(folder, { recursive: true }));

	it("finds the first folder of the path that has the command", async () => {
		const [without, first, second] = [path.join(folder, "a"), path.join(folder, "b"), path.join(folder, "c")];
		for (const bin of [without, first, second]) {
			await mkdir(bin);
		}
		for (const bin of [first, second]) {
			await writeFile(path.join(bin, "java"), "");
			await chmod(path.join(bin, "java"), 0o755);
		}
		const searchPath = ["", without, first, second].join(path.delimiter);
		expect(findJava(searchPath, "linux")).to.equal(path.join(first, "java"));
	});

	it("passes over a file that can't be run", async () => {
		await writeFile(path.join(folder, "java"), "");
		await chmod(path.join(folder, "java"), 0o644);
		expect(findJava(folder, "linux")).to.equal(undefined);
	});

	it("looks for java.exe on Windows", async () => {
		await writeFile(path.join(folder, "java.exe"), "");
		await chmod(path.join(folder, "java.exe"), 0o755);
		expect(findJava(folder, "win32")).to.equal(path.join(folder, "java.exe"));
	});
});

describe("the release of Java", () => {
	it("is the major version", () => {
		expect(javaRelease('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment')).to.equal(17);
		expect(javaRelease('openjdk version "21" 2023-09-19')).to.equal(21);
	});

	it("is what follows 1. in the old numbering", () => {
		expect(javaRelease('java version "1.8.0_392"')).to.equal(8);
	});

	it("is unknown where the output names no version", () => {
		expect(javaRelease("The operation couldn't be completed.")).to.equal(undefined);
	});

	it("is what the README asks for", async () => {
		const readme = await readFile(path.join(ROOT, "README.md"), "utf8");
		expect(readme).to.include(`[Java](https://adoptium.net) ${OLDEST_JAVA} or later`);
		expect(readme).to.include(`install a JDK ${OLDEST_JAVA} or later`);
	});
});
