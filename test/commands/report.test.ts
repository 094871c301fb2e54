import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { versionPath } from "../../functions/src/firestore/paths.ts";
import { releaseHistory, writeAll } from "../../scripts/fleet/releaseHistory.ts";
import { runCommand, spawnCommand } from "../support/commands.ts";

const APP = `com.example.report.${Date.now().toString(36)}`;
const NEWEST = "4.2.4";

const db = openFirestore(process.env["GCLOUD_PROJECT"]);

describe("npm run report", () => {
	/** The report as scripts get it. Each version is read day by day, so it is read once. */
	let report: ReturnType<typeof JSON.parse>;

	before(async () => {
		const size = { appId: APP, versions: 24, days: 20, devices: 2_000, failures: 0, newestAge: 2 };
		await writeAll(db, releaseHistory(db, size, Date.now()));
		const { code, stdout, stderr } = await spawnCommand("report", ["--app", APP, "--json"]);
		expect(code, stderr).to.equal(0);
		report = JSON.parse(stdout);
	});

	it("prints as JSON the verdict, its sentence and the production devices", async () => {
		expect(report.app_id).to.equal(APP);
		expect(report.versions).to.have.length(20);
		const { devices, dev_devices } = (await db.doc(versionPath(APP, NEWEST)).get()).data() ?? {};
		const newest = report.versions.find(({ version_name }: { version_name: string }) => version_name === NEWEST);
		expect(newest).to.include({ verdict: "failing", family: "updates" });
		expect(newest.since).to.match(/^\d{4}-\d\d-\d\d$/);
		expect(newest.sentence).to.match(/^[\d,]+ of [\d,]+ devices failed \(.*\)\./);
		expect(newest.devices).to.deep.equal({
			...production(devices, dev_devices),
			download_failed: 0,
			recovered: 0,
		});
		expect(newest.rates.updates).to.include({ failures: newest.devices.failed, devices: newest.devices.tried });
	});

	it("lists releases in the order in which they were first installed, newest first", async () => {
		const days = report.versions.map(
			({ first_installed_on }: { first_installed_on: string | null }) => first_installed_on ?? "",
		);
		expect(days).to.deep.equal(days.toSorted().toReversed());
	});

	it("tells of one version, also of one that is not among the newest", async () => {
		const { versions } = JSON.parse(await run("--app", APP, "--json", "--versions", "1", "--version", "4.2.0"));
		expect(versions.map(({ version_name }: { version_name: string }) => version_name)).to.deep.equal(["4.2.0"]);
		expect(await failure("--app", APP, "--version", "9.9.9")).to.match(/\nThere is no version 9\.9\.9 .*\n$/);
	});

	it("counts active devices as the database holds them", async () => {
		const report = JSON.parse(await run("--app", APP, "--json", "--versions", "24"));
		const devices = await db.collection(`apps/${APP}/devices`).where("is_dev", "==", false).get();
		const since = new Date(Date.now() - 30 * 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);
		const active = devices.docs.filter((device) => device.get("active_on") >= since);
		expect(report.active_devices).to.equal(active.length);
		for (const { version_name, active_devices } of report.versions) {
			expect(active_devices).to.equal(active.filter((device) => device.get("version_name") === version_name).length);
		}
	});

	it("fits into 80 columns", async () => {
		const lines = stripVTControlCharacters(await run("--app", APP, "--versions", "3")).split("\n");
		expect(lines.filter((line) => line.length > 80)).to.deep.equal([]);
		expect(lines.join("\n")).to.match(/^4\.2\.4 {2}failing$/m);
	});

	it("leaves out what is hidden", async () => {
		await db.doc(versionPath(APP, "4.2.3")).update({ hidden: true });
		const { versions } = JSON.parse(await run("--app", APP, "--json"));
		expect(versions.map(({ version_name }: { version_name: string }) => version_name)).not.to.include("4.2.3");
	});

	it("passes no control character of a name on to the terminal", async () => {
		const app = `${APP}.hostile`;
		const version = "1.0.0\u001b[31m";
		await db.doc(versionPath(app, version)).set({ app_id: app, version_name: version, last_event_at: new Date() });
		expect(await run("--app", app)).not.to.contain("\u001b[31m");
	});

	it("says in one line what is wrong", async () => {
		expect(await failure("--app", "com.example.nobody")).to.match(/\ncom\.example\.nobody sent nothing yet .*\n$/);
		const { code, stderr } = await spawnCommand("report", []);
		expect([code, stderr]).to.deep.equal([1, "--app is missing. Try --help.\n"]);
		expect(await failure("--app", APP, "--versions", "0")).to.match(/^--versions is 0: .*\n$/);
	});

	it("explains itself", async () => {
		expect(await run("--help")).to.contain("Usage: npm run report");
	});
});

async function run(...args: readonly string[]): Promise<string> {
	const { code, stdout, stderr } = await runCommand("report", args);
	expect(code, stderr).to.equal(0);
	return stdout;
}

async function failure(...args: readonly string[]): Promise<string> {
	const { code, stderr } = await runCommand("report", args);
	expect(code).to.equal(1);
	return stripVTControlCharacters(stderr);
}

function production(
	devices: Readonly<Record<string, number>>,
	devDevices: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
	const told = ["tried", "downloaded", "installed", "ran", "failed", "crashed"];
	return Object.fromEntries(told.map((flag) => [flag, (devices[flag] ?? 0) - (devDevices[flag] ?? 0)]));
}
