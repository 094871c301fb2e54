import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ROOT } from "../../../scripts/cli/steps.ts";
import { findJava, installJava, javaRelease, oldestJava } from "../../../scripts/emulators/java.mjs";

/** The firebase-tools that deploys is the newest one. */
const NEWEST = path.join(ROOT, "deploy/node_modules/firebase-tools");

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
});

describe("the oldest Java", () => {
	it("is what the version of firebase-tools needs, or the range of versions", () => {
		expect(["13.0.0", "14.27.0", "^14.27.0"].map(oldestJava)).to.deep.equal([11, 11, 11]);
		expect(["15.0.0", "15.34.2", "^15.34.2", "16.0.0"].map(oldestJava)).to.deep.equal([21, 21, 21, 21]);
	});

	it("is the one that the newest firebase-tools insists on", async () => {
		const { version } = JSON.parse(await readFile(path.join(NEWEST, "package.json"), "utf8"));
		const code = await readFile(path.join(NEWEST, "lib/emulator/commandUtils.js"), "utf8");
		const insisted = /MIN_SUPPORTED_JAVA_MAJOR_VERSION = (\d+);/.exec(code)?.[1];
		expect(oldestJava(version)).to.equal(Number(insisted));
	});

	it("is named by how to install one", () => {
		expect(installJava(21)).to.include("Java 21 or later").and.to.include("prints 21 or later");
	});

	it("is what the README and the soak ask for", async () => {
		const [readme = "", soak = ""] = await Promise.all(
			["README.md", "scripts/commands/soak.ts"].map((file) => readFile(path.join(ROOT, file), "utf8")),
		);
		const [older, newer] = [oldestJava("14.27.0"), oldestJava("15.34.2")];
		expect(readme).to.include(`[Java](https://adoptium.net) ${older} or later`);
		expect(readme).to.include(`install a JDK ${older} or later`);
		expect(readme).to.include(`with Java ${newer} or later | firebase-tools 15 can replace`);
		expect(readme).to.include(`With Java ${newer} or later\n\`npm run firebase -- emulators:start\` works too`);
		expect(readme).to.match(new RegExp(`npm run soak.*Java ${newer} or later`));
		expect(soak).to.include(`Java ${newer} or later`);
	});
});
