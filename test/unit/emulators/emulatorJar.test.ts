import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ExplainedError } from "../../../scripts/cli/explainedError.ts";
import { findEmulatorJar } from "../../../scripts/emulators/emulatorJar.ts";
import { launcherJar } from "../../../scripts/emulators/launcherJar.ts";

const CLOUD_CLI_JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";

describe("the search for a Firestore emulator", () => {
	let folder: string;
	/** What firebase-tools fetches. */
	let fetched: string;
	let launchers: string;
	let cloudCli: string;

	beforeEach(async () => {
		folder = await mkdtemp(path.join(os.tmpdir(), "jar-test-"));
		fetched = path.join(folder, "cache/cloud-firestore-emulator-v1.19.8.jar");
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
		await write(fetched);
		const named = await write(path.join(folder, "named.jar"));
		expect(await findEmulatorJar({ FIRESTORE_EMULATOR_BINARY_PATH: named }, fetched, launchers)).to.deep.equal({
			source: "environment",
			path: named,
		});
	});

	it("says so when the environment names a file that is not there", async () => {
		const missing = path.join(folder, "missing.jar");
		const search = findEmulatorJar({ FIRESTORE_EMULATOR_BINARY_PATH: missing }, fetched, launchers);
		const error = await search.then(
			() => expect.fail("there is no such file"),
			(reason: unknown) => reason,
		);
		expect(error).to.be.instanceOf(ExplainedError).with.property("message").that.contains(missing);
	});

	it("takes what firebase-tools has fetched next", async () => {
		const PATH = await installCloudCli();
		await write(path.join(cloudCli, CLOUD_CLI_JAR));
		await write(fetched);
		expect(await findEmulatorJar({ PATH }, fetched, launchers)).to.deep.equal({ source: "cache", path: fetched });
	});

	it("takes the Cloud CLI's through a launcher after that", async () => {
		const PATH = await installCloudCli();
		const emulator = await write(path.join(cloudCli, CLOUD_CLI_JAR));
		const found = await findEmulatorJar({ PATH }, fetched, launchers);
		const launcher = path.join(launchers, "firestore-emulator-launcher.jar");
		expect(found).to.deep.equal({ source: "cloud-cli", path: launcher });
		expect(await readFile(launcher)).to.deep.equal(launcherJar(emulator));
	});

	it("leaves it to a download when there is none, or only that of another firebase-tools", async () => {
		const PATH = await installCloudCli();
		await write(path.join(path.dirname(fetched), "cloud-firestore-emulator-v1.22.0.jar"));
		expect(await findEmulatorJar({ PATH }, fetched, launchers)).to.deep.equal({ source: "download" });
		expect(await findEmulatorJar({ PATH: "" }, fetched, launchers)).to.deep.equal({ source: "download" });
	});
});
