import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { alertsPath, appPath, verdictPath } from "../../functions/src/firestore/paths.ts";
import { watch } from "../../functions/src/watch/watch.ts";
import { newAppId } from "../support/appIds.ts";
import { runCommand, spawnCommand } from "../support/commands.ts";
import { countRelease, devicesOf } from "../support/release.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const PROJECT = `demo-check-${process.pid}`;
const HOUR = 3_600_000;

describe("npm run report -- --check", () => {
	const db = openFirestore(PROJECT);
	const appId = newAppId();

	const count = (version: string, devices: ReturnType<typeof devicesOf>, countedAt: number) =>
		countRelease(db, { appId, version, day: utcDay(countedAt), devices, countedAt });

	const run = (
		args: readonly string[],
		environment: NodeJS.ProcessEnv = {},
		onStderr: (text: string) => void = () => {},
	) => runCommand("report", args, { environment: { GCLOUD_PROJECT: PROJECT, ...environment }, onStderr });

	const check = (version: string, ...more: readonly string[]) =>
		run(["--check", "--app", appId, "--version", version, ...more]);

	before(async () => {
		// An hour ago, so that nothing may be missing in the verdicts.
		const at = Date.now() - HOUR;
		await count("3.4.7", devicesOf(9_000, 9), at - 2 * 24 * HOUR);
		await count("3.4.8", devicesOf(170, 60), at);
		await count("3.4.9", devicesOf(3_000, 75), at);
		await count("3.5.0", devicesOf(20, 0), at);
		const nothing = () => {};
		const world = { onMalformed: nothing, onFailure: nothing, onAppFailure: nothing, timeLimitMs: HOUR };
		await watch(db, { ...world, now: Date.now, count: async () => {} });
	});

	for (const [version, code, said] of [
		["3.4.7", 0, /^3\.4\.7 of .* is healthy\. 9 of 9,000 devices failed .*Below every limit\.\n$/],
		["3.4.8", 1, /^3\.4\.8 of .* is failing\. 60 of 170 devices failed .*beyond chance\.\n$/],
		["3.4.9", 1, /^3\.4\.9 of .* is worse than the release before\. .*Worse than 3\.4\.7, beyond chance\.\n$/],
		["3.5.0", 3, /^3\.5\.0 of .* is not known to be well\. .*Too few devices to tell.*\n$/],
		["9.9.9", 3, /^9\.9\.9 of .* is not known to be well\. No device has tried it yet\.\n$/],
	] as const) {
		it(`${version}: exit code ${code}`, async () => {
			const result = await check(version);
			expect(result.code, result.stderr).to.equal(code);
			expect(result.stdout).to.match(said);
		});
	}

	it("prints JSON", async () => {
		const { code, stdout } = await check("3.4.8", "--json");
		expect(code).to.equal(1);
		expect(JSON.parse(stdout)).to.include({ app: appId, version: "3.4.8", verdict: "failing" });
	});

	it("goes by the verdict that the schedule wrote down", async () => {
		const verdict = db.doc(verdictPath(appId, "3.4.8"));
		const before = (await verdict.get()).data() ?? {};
		await verdict.update({ verdict: "healthy", sentence: "As it was written down." });
		try {
			const { code, stdout } = await check("3.4.8");
			expect([code, stdout]).to.deep.equal([0, `3.4.8 of ${appId} is healthy. As it was written down.\n`]);
		} finally {
			await verdict.set(before);
		}
	});

	it("goes by the counters where they are newer, or no verdict was written, and writes none", async () => {
		await count("3.6.0", devicesOf(170, 60), Date.now());
		expect((await check("3.6.0")).code).to.equal(1);
		expect((await db.doc(verdictPath(appId, "3.6.0")).get()).exists).to.equal(false);
		await count("3.5.1", devicesOf(20, 0), Date.now());
		expect((await check("3.5.1")).code).to.equal(3);
		await count("3.5.1", devicesOf(900, 0), Date.now());
		expect((await check("3.5.1")).code).to.equal(0);
		const { docs } = await db.collection(alertsPath(appId)).get();
		expect(docs.map((alert) => alert.get("version_name")).toSorted()).to.deep.equal(["3.4.8", "3.4.9"]);
	});

	it("goes by the limits of the app", async () => {
		await db.doc(appPath(appId)).update({ limits: { updates: 0.9 } });
		try {
			await count("3.6.1", devicesOf(170, 60), Date.now());
			// Above the release before all the same.
			expect((await check("3.6.1", "--json")).stdout).to.contain('"verdict":"worse"');
		} finally {
			await db.doc(appPath(appId)).update({ limits: {} });
		}
	});

	it("waits until it is known", async () => {
		await count("3.7.0", devicesOf(20, 0), Date.now());
		const asked = Promise.withResolvers<void>();
		const args = ["--check", "--app", appId, "--version", "3.7.0", "--wait", "--interval", "1", "--timeout", "1"];
		const waiting = run(args, {}, (text) => {
			if (text.includes("Waiting")) asked.resolve();
		});
		await asked.promise;
		await count("3.7.0", devicesOf(900, 0), Date.now());
		const { code, stderr } = await waiting;
		expect(code).to.equal(0);
		expect(stderr).to.contain("Waiting for a verdict, 0 of 1 minutes. 0 of 20 devices failed");
	});

	it("does not wait for ever, and does not call it healthy then", async () => {
		const start = performance.now();
		expect((await check("9.9.9", "--wait", "--interval", "1", "--timeout", "0.05")).code).to.equal(3);
		expect(performance.now() - start).to.be.within(2_000, 20_000);
	});

	it("exits with 2 when it could not be asked", async () => {
		for (const [args, environment, message] of [
			[["--check", "--app", appId], {}, "--version is missing."],
			[["--check", "--version", "3.4.7"], {}, "--app is missing."],
			[["--check", "--app", appId, "--version", "3.4.7", "--typo"], {}, "--typo"],
			[["--check", "--app", appId, "--version", "builtin"], {}, "builtin is no release: it is not judged."],
			[["--check", "--app", appId, "--version", "3.4.7", "--interval", "soon"], {}, "--interval is soon"],
			[
				["--check", "--app", appId, "--version", "3.4.7"],
				{ FIRESTORE_EMULATOR_HOST: "127.0.0.1:1" },
				"Can't reach the emulator",
			],
			[["--check", "--app", appId, "--version", "3.4.7"], { FIRESTORE_EMULATOR_HOST: "" }, "Say whose data"],
			[["--check", "--app", appId, "--version", "x".repeat(2_000)], {}, "A document id can't be longer"],
		] as const) {
			const { code, stderr } = await run(args, environment);
			expect([code, stderr], args.join(" ").slice(0, 80)).to.satisfy(() => code === 2 && stderr.includes(message));
		}
	});

	it("exits with 2, as a process, too, when it could not be asked", async () => {
		const args = ["--check", "--app", appId, "--version", "builtin"];
		const { code, stderr } = await spawnCommand("report", args, { GCLOUD_PROJECT: PROJECT });
		expect([code, stderr]).to.deep.equal([2, "builtin is no release: it is not judged.\n"]);
	});

	it("is what the workflow's step in docs/pipelines.md makes of it", async () => {
		const guide = await readFile(path.join(ROOT, "docs/pipelines.md"), "utf8");
		const [, indented = ""] = guide.match(/ - id: check\n +run: \|\n((?: {10}.*\n)+)/) ?? [];
		// The emulator stands for the project.
		const step = indented.replace(/^ {10}/gm, "").replace(' --project "$PROJECT"', " --interval 1 --timeout 0.01");
		expect(step).to.contain("npm run --silent report -- --check");
		const output = path.join(await mkdtemp(path.join(tmpdir(), "step-")), "output");
		for (const [version, code] of [
			["3.4.7", 0],
			["3.4.8", 1],
		] as const) {
			const env = { ...process.env, GCLOUD_PROJECT: PROJECT, APP: appId, VERSION: version, GITHUB_OUTPUT: output };
			// As GitHub runs it: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
			await promisify(execFile)("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step], { cwd: ROOT, env });
			expect((await readFile(output, "utf8")).split("\n").at(-2)).to.equal(`code=${code}`);
		}
		await rm(path.dirname(output), { recursive: true });
	});

	it("explains itself", async () => {
		const { code, stdout } = await run(["--check", "--help"]);
		expect(code).to.equal(0);
		expect(stdout).to.contain("Exit codes: 0 it is healthy.");
	});
});
