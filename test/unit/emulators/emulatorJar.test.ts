import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { findEmulatorJar, newestJar } from "../../../scripts/emulators/emulatorJar.ts";
import { launcherJar } from "../../../scripts/emulators/launcherJar.ts";

const CACHED_JAR = "cloud-firestore-emulator-v1.19.8.jar";
const CLOUD_CLI_JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";

describe("the search for a Firestore emulator", () => {
	let folder: string;
	let cache: string;
	let launchers: string;
	let cloudCli: string;

	beforeEach(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "jar-test-"));
		cache = path.join(folder, "cache");
		launchers = path.join(folder, "launchers");
		cloudCli = path.join(folder, "cloud-cli");
	});

	afterEach(() => rm(folder, { recursive: true }));

	async function write(file: string): Promise<string> {
		await mkdir(path.dirname(file), { recursive: true });
		await writeFile(file, "");
		return file;
	}

	/** A Cloud CLI whose command is a link, as its Debian package installs it. */
	async function installCloudCli(): Promise<string> {
		await write(path.join(cloudCli, "bin/gcloud"));
		const bin = path.join(folder, "bin");
		await mkdir(bin);
		await symlink(path.join(cloudCli, "bin/gcloud"), path.join(bin, "gcloud"));
		return bin;
	}

	it("takes the one that the environment names first", async () => {
		await write(path.join(cache, CACHED_JAR));
		const named = await write(path.join(folder, "named.jar"));
		expect(await findEmulatorJar({ FIRESTORE_EMULATOR_BINARY_PATH: named }, cache, launchers)).to.deep.equal({
			source: "environment",
			path: named,
		});
	});

	it("says so when the environment names a file that is not there", async () => {
		const missing = path.join(folder, "missing.jar");
		const search = findEmulatorJar({ FIRESTORE_EMULATOR_BINARY_PATH: missing }, cache, launchers);
		const error = await search.then(
			() => expect.fail("there is no such file"),
			(reason: unknown) => reason,
		);
		expect(error).to.be.instanceOf(ExplainedError).with.property("message").that.contains(missing);
	});

	it("takes what firebase-tools has downloaded next", async () => {
		const PATH = await installCloudCli();
		await write(path.join(cloudCli, CLOUD_CLI_JAR));
		const cached = await write(path.join(cache, CACHED_JAR));
		expect(await findEmulatorJar({ PATH }, cache, launchers)).to.deep.equal({ source: "cache", path: cached });
	});

	it("takes the Cloud CLI's through a launcher after that", async () => {
		const PATH = await installCloudCli();
		const emulator = await write(path.join(cloudCli, CLOUD_CLI_JAR));
		const found = await findEmulatorJar({ PATH }, cache, launchers);
		const launcher = path.join(launchers, "firestore-emulator-launcher.jar");
		expect(found).to.deep.equal({ source: "cloud-cli", path: launcher });
		expect(await readFile(launcher)).to.deep.equal(launcherJar(emulator));
	});

	it("leaves it to a download when there is none", async () => {
		const PATH = await installCloudCli();
		expect(await findEmulatorJar({ PATH }, cache, launchers)).to.deep.equal({ source: "download" });
		expect(await findEmulatorJar({ PATH: "" }, cache, launchers)).to.deep.equal({ source: "download" });
	});
});

describe("the newest of the cached emulators", () => {
	it("is the one with the highest version number", () => {
		const files = [
			"ui-v1.15.0",
			"cloud-firestore-emulator-v1.9.9.jar",
			CACHED_JAR,
			"firebase-database-emulator-v4.jar",
		];
		expect(newestJar(files)).to.equal(CACHED_JAR);
	});

	it("is none where none is cached", () => {
		expect(newestJar(["ui-v1.15.0"])).to.equal(undefined);
	});
});
