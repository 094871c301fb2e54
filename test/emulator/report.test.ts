import { execFile } from "node:child_process";
import path from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { versionPath } from "../../functions/src/firestore/paths.ts";
import { releaseHistory, writeAll } from "../../scripts/simulate/releaseHistory.ts";

const SCRIPT = path.join(import.meta.dirname, "../../scripts/report.ts");
const APP = `com.example.report.${Date.now().toString(36)}`;
const NEWEST = "4.2.4";

const db = openFirestore(process.env["GCLOUD_PROJECT"]);

describe("npm run report", () => {
	before(() =>
		writeAll(
			db,
			releaseHistory({ appId: APP, versions: 24, days: 20, devices: 1_000, failures: 0, newestAge: 2 }, Date.now()),
		),
	);

	it("prints as JSON what the counters hold", async () => {
		const report = JSON.parse(await run("--app", APP, "--json"));
		expect(report).to.include({ app_id: APP, audience: "production" });
		expect(report.versions).to.have.length(20);
		const { actions, dev_actions } = (await db.doc(versionPath(APP, NEWEST)).get()).data() ?? {};
		const [newest] = report.versions;
		expect(newest).to.include({ version_name: NEWEST, verdict: "failing", installs: actions.set - dev_actions.set });
		const breaking = ["set_fail", "update_fail", "decrypt_fail", "checksum_fail", "unzip_fail"];
		const failures = breaking.reduce((sum, action) => sum + (actions[action] ?? 0), 0);
		expect(newest).to.include({ failures, failure_rate: failures / (newest.installs + failures) });
		expect(newest.days).to.have.length(14);
		expect(newest.days.at(-1).installs).to.be.greaterThan(0);
	});

	it("counts active devices as the database holds them", async () => {
		const report = JSON.parse(await run("--app", APP, "--json", "--dev", "--versions", "24"));
		const devices = await db.collection(`apps/${APP}/devices`).get();
		const since = new Date(Date.now() - 30 * 24 * 60 * 60 * 1_000).toISOString().slice(0, 10);
		const active = devices.docs.filter((device) => device.get("active_on") >= since);
		expect(report.active_devices).to.equal(active.length);
		for (const { version_name, active_devices } of report.versions) {
			expect(active_devices).to.equal(active.filter((device) => device.get("version_name") === version_name).length);
		}
	});

	it("counts emulators and development builds when asked to", async () => {
		const [production, all] = await Promise.all([run("--app", APP, "--json"), run("--app", APP, "--json", "--dev")]);
		expect(JSON.parse(all).versions[0].installs).to.be.greaterThan(JSON.parse(production).versions[0].installs);
	});

	it("prints a line for each version", async () => {
		const lines = stripVTControlCharacters(await run("--app", APP, "--versions", "3")).split("\n");
		expect(lines[0]).to.match(new RegExp(`^${APP}, production only: last event .*, \\d+ active devices$`));
		expect(lines[3]).to.match(/^4\.2\.4\s+failing\s+[\d,]+\s+\d+\s+\d[\d.]* %/);
		expect(lines.filter((line) => line.startsWith("4.2."))).to.have.length(3);
	});

	it("passes no control character of a name on to the terminal", async () => {
		const app = `${APP}.hostile`;
		const version = "1.0.0\u001b[31m";
		await db.doc(versionPath(app, version)).set({ app_id: app, version_name: version, last_event_at: new Date() });
		expect(await run("--app", app)).not.to.contain("\u001b[31m");
	});

	it("says in one line what is wrong", async () => {
		expect(await failure("--app", "com.example.nobody")).to.match(/^com\.example\.nobody sent nothing yet .*\n$/);
		expect(await failure()).to.match(/^--app is missing.*\n$/);
		expect(await failure("--app", APP, "--versions", "0")).to.match(/^--versions is 0: .*\n$/);
	});

	it("explains itself", async () => {
		expect(await run("--help")).to.contain("Usage: npm run report");
	});
});

async function run(...args: readonly string[]): Promise<string> {
	const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args]);
	return stdout;
}

async function failure(...args: readonly string[]): Promise<string> {
	try {
		await run(...args);
	} catch (error) {
		if (error instanceof Error && "stderr" in error) return stripVTControlCharacters(String(error.stderr));
		throw error;
	}
	throw new Error("The report did not fail.");
}
