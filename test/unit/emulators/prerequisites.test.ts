import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { checkJava, checkPaths } from "../../../scripts/emulators/prerequisites.ts";

const PATHS = ["/home/me/statistics", "/home/größe/firestore.jar"];

describe("the Java on the path", () => {
	let folder: string;

	before(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "prerequisites-test-"));
		const java = path.join(folder, "java");
		await writeFile(java, `#!/bin/sh\necho '    sun.jnu.encoding = UTF-8\nopenjdk version "17.0.15"' >&2\n`);
		await chmod(java, 0o755);
	});

	after(() => rm(folder, { recursive: true }));

	/** What the check says where firebase-tools has this version. */
	async function check(version: string, PATH: string): Promise<unknown> {
		await writeFile(path.join(folder, "package.json"), JSON.stringify({ version }));
		return checkJava(folder, { PATH }).catch((error: unknown) => error);
	}

	it("serves an older firebase-tools, and tells in which encoding it reads names", async () => {
		expect(await check("14.27.0", folder)).to.equal("UTF-8");
	});

	it("is too old for firebase-tools 15, which says so with the one that is needed", async () => {
		const outcome = await check("15.34.2", folder);
		expect(outcome).to.be.instanceOf(ExplainedError).with.property("message");
		expect(String(outcome)).to.include("Java 17 is too old for the emulators of firebase-tools 15.34.2");
		expect(String(outcome)).to.include("Install Java 21 or later");
	});

	it("is missed with the one that is needed", async () => {
		for (const [version, needed] of Object.entries({ "14.27.0": 11, "15.34.2": 21 })) {
			const outcome = await check(version, path.join(folder, "empty"));
			expect(outcome).to.be.instanceOf(ExplainedError);
			expect(String(outcome)).to.include(`there is none. Install Java ${needed} or later`);
		}
	});
});

describe("paths that Java has to read", () => {
	it("may hold any letters where it knows them, or does not tell", () => {
		for (const encoding of ["UTF-8", "Cp1252", undefined]) expect(() => checkPaths(PATHS, encoding)).not.to.throw();
	});

	it("may hold English letters in every locale", () => {
		expect(() => checkPaths(["/home/me/statistics (2)~"], "ANSI_X3.4-1968")).not.to.throw();
	});

	it("are named when they hold others in a locale of ASCII", () => {
		for (const encoding of ["ANSI_X3.4-1968", "US-ASCII"]) {
			expect(() => checkPaths(PATHS, encoding)).to.throw(ExplainedError, "/home/größe/firestore.jar");
		}
	});
});
