import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { launcherJar, manifestLines } from "../../../scripts/emulators/launcherJar.ts";

describe("a manifest's lines", () => {
	it("are one where the attribute fits into 72 bytes", () => {
		const attribute = `Class-Path: ${"x".repeat(60)}`;
		expect(manifestLines(attribute)).to.deep.equal([attribute]);
	});

	it("continue after a space, none longer than 72 bytes", () => {
		const attribute = `Class-Path: ${"0123456789".repeat(20)}`;
		const lines = manifestLines(attribute);
		expect(lines.map((line) => line.length)).to.deep.equal([72, 72, 70]);
		expect(lines.slice(1).every((line) => line.startsWith(" "))).to.equal(true);
		expect(lines.join("\n").replaceAll("\n ", "")).to.equal(attribute);
	});
});

describe("the launcher jar", () => {
	it("is the same for the same emulator", () => {
		expect(launcherJar("/opt/emulator.jar")).to.deep.equal(launcherJar("/opt/emulator.jar"));
	});

	it("has a manifest that Java reads, and the emulator's main class", async () => {
		const folder = await mkdtemp(path.join(os.tmpdir(), "launcher-test-"));
		try {
			const launcher = path.join(folder, "launcher.jar");
			await writeFile(launcher, launcherJar(path.join(folder, `${"long folder name ".repeat(8)}/no emulator.jar`)));
			const run = promisify(execFile)("java", ["-jar", launcher]);
			const { stderr } = await run.then(
				() => expect.fail("there is no such emulator"),
				(error: { stderr: string }) => error,
			);
			expect(stderr).to.contain("com.google.cloud.datastore.emulator.firestore.CloudFirestore");
			expect(stderr).to.contain("ClassNotFoundException");
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
