import { execFileSync, spawn } from "node:child_process";
import { on, once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ExplainedError } from "../../scripts/cli/explainedError.ts";
import { ROOT } from "../../scripts/cli/steps.ts";
import { withoutProxy } from "../../scripts/emulators/firebaseCli.ts";
import { type FirebaseConfig, suiteConfig } from "../../scripts/emulators/firebaseConfig.ts";
import { copyFunctions } from "../../scripts/emulators/functionsCopy.ts";
import { oldestJava } from "../../scripts/emulators/java.mjs";
import { findPorts, type Ports } from "../../scripts/emulators/ports.ts";
import { provideEmulatorJar } from "../../scripts/emulators/prerequisites.ts";
import { LOCAL_SETTINGS, type Suite, startSuite } from "../../scripts/emulators/suite.ts";
import { createSuiteFiles } from "../../scripts/emulators/suiteFiles.ts";
import { DEMO_USERS } from "../../shared/demoUsers.ts";
import { newAppId } from "../support/appIds.ts";
import { eventually } from "../support/eventually.ts";
import { environmentWithJava } from "../support/newJava.ts";
import { expectAnswer, post, request } from "../support/post.ts";
import { isSoak } from "../support/soak.ts";
import { suite } from "../support/suite.ts";
import { validEvent } from "../support/validEvent.ts";

const START_TIMEOUT_MS = 120_000;

const CLOSED = "http://127.0.0.1:1";

/** The variables of a machine behind a proxy, one that does not answer. */
const PROXY = {
	HTTP_PROXY: CLOSED,
	http_proxy: CLOSED,
	HTTPS_PROXY: CLOSED,
	https_proxy: CLOSED,
	NO_PROXY: "",
	no_proxy: "",
};

const HEADERS = { Authorization: "Bearer owner" };

describe("the suite", () => {
	for (const [name, url] of Object.entries({ "the stats URL": suite.statsUrl, Hosting: hostingStats() })) {
		it(`answers 200 requests at once at ${name}, and counts their events soon after`, async function () {
			this.timeout(60_000);
			await expectManyCounted(suite, url);
		});
	}

	it("answers a CORS preflight as deployed: by refusing it", async () => {
		const headers = { Origin: "https://example.com", "Access-Control-Request-Method": "POST" };
		const answer = await request(suite.statsUrl, { method: "OPTIONS", headers });
		const message = "Send events with POST.";
		expectAnswer(answer, 405, { status: "error", error: "method_not_allowed", message });
		expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).to.deep.equal([]);
	});
});

describe("a second suite", function () {
	this.timeout(START_TIMEOUT_MS);

	/** A start behind a proxy takes its time: it is under way while the first tests run, and looked at in the last one. */
	let behindProxy: ReturnType<typeof startSuite>;

	before(() => {
		behindProxy = startSuite({ environment: { ...process.env, ...PROXY } });
		behindProxy.catch(() => {}); // The test tells it.
	});

	after(async () => (await behindProxy).stop());

	it("starts once more when the CLI met what it did not expect, and leaves nothing when who started it is killed", async () => {
		const folder = await mkdtemp(path.join(os.tmpdir(), "suite-test-"));
		const fault = path.join(folder, "fault.mjs");
		await writeFile(
			fault,
			`import { existsSync, writeFileSync } from "node:fs";
			import hub from ${JSON.stringify(import.meta.resolve("firebase-tools/lib/emulator/hub.js"))};
			if (process.argv.includes("emulators:start") && !existsSync(${JSON.stringify(`${fault}.done`)})) {
				writeFileSync(${JSON.stringify(`${fault}.done`)}, "");
				hub.EmulatorHub.prototype.start = () => { throw new TypeError("made for the test"); };
			}`,
		);
		const code = `
			const { startSuite } = await import(${JSON.stringify(import.meta.resolve("../../scripts/emulators/suite.ts"))});
			const environment = { ...process.env, NODE_OPTIONS: "--import=${fault}" };
			const suite = await startSuite({ emulators: ["firestore"], environment });
			process.send(suite.environment.FIREBASE_EMULATOR_HUB);`;
		const starter = spawn(process.execPath, ["--input-type=module", "-e", code], {
			stdio: ["ignore", "inherit", "pipe", "ipc"],
		});
		let printed = "";
		starter.stderr?.setEncoding("utf8").on("data", (text: string) => {
			printed += text;
		});
		const [hub] = await once(starter, "message");
		await rm(folder, { recursive: true });
		const { cli, java, config } = await processesOf(hub);
		starter.kill("SIGKILL");
		await untilEnded(cli);
		await untilEnded(java);
		expect(printed).to.match(/The cause: TypeError: made for the test\n +at .*\nTrying once more\.\n$/);
		// Its files are all that is left; a clean stop removes them.
		await rm(config);
		await rm(path.join(ROOT, ".cache", path.basename(config).slice("firebase.local.".length, -".json".length)), {
			recursive: true,
		});
	});

	it("names a path that Java can't read in the locale", async () => {
		const folder = await mkdtemp(path.join(os.tmpdir(), "suite-test-"));
		const jar = path.join(folder, "größe.jar");
		await writeFile(jar, "");
		const environment = { ...process.env, LC_ALL: "C", FIRESTORE_EMULATOR_BINARY_PATH: jar };
		const outcome = await startSuite({ emulators: ["firestore"], environment }).catch((error: unknown) => error);
		await rm(folder, { recursive: true });
		expect(outcome).to.be.instanceOf(ExplainedError);
		expect(String(outcome)).to.include(jar).and.to.include("LC_ALL=C.UTF-8");
	});

	it("runs beside the first with data of its own, behind a proxy too, and leaves nothing when its CLI is killed", async () => {
		const suite = await behindProxy;
		const documents = documentsOf(suite);
		const { cli, java } = await processesOf(suite.environment["FIREBASE_EMULATOR_HUB"]);
		try {
			expect(suite.firestoreHost).not.to.equal(process.env["FIRESTORE_EMULATOR_HOST"]);
			await expectCounting(suite, suite.statsUrl);
			const listed = await fetch(`${documents}/apps`, { headers: HEADERS });
			expect(await listed.json())
				.to.have.property("documents")
				.with.lengthOf(1);
			process.kill(cli, "SIGKILL");
			await suite.ended;
			expect(isRunning(java)).to.equal(true);
		} finally {
			await suite.stop();
		}
		await untilEnded(java);
	});

	if (isSoak) {
		it("leaves nothing when it stops @soak", async () => {
			const suite = await startSuite({ emulators: ["firestore"] });
			const { cli, java } = await processesOf(suite.environment["FIREBASE_EMULATOR_HUB"]);
			await suite.stop();
			await untilEnded(cli);
			await untilEnded(java);
		});
	}
});

if (isSoak) {
	describe("the newest Firebase CLI, that of deploy/", function () {
		this.timeout(START_TIMEOUT_MS);

		const firebaseTools = path.join(ROOT, "deploy/node_modules/firebase-tools");
		let environment: NodeJS.ProcessEnv;

		before(async () => {
			const { version } = JSON.parse(await readFile(path.join(firebaseTools, "package.json"), "utf8"));
			environment = await environmentWithJava(oldestJava(version));
		});

		it("runs the suite, behind a proxy too, and leaves nothing when it stops @soak", async () => {
			const emulators = ["functions", "firestore", "auth", "hosting"] as const;
			const suite = await startSuite({ firebaseTools, environment: { ...environment, ...PROXY }, emulators });
			const { cli, java } = await processesOf(suite.environment["FIREBASE_EMULATOR_HUB"]);
			try {
				expect(tell("args", cli)).to.include(firebaseTools);
				await expectManyCounted(suite, suite.statsUrl);
				await expectManyCounted(suite, `${suite.dashboardUrl}/stats`);
				const page = await fetch(suite.dashboardUrl);
				expect(await page.text()).to.include("<html");
				await expectDemoUsers(suite);
			} finally {
				await suite.stop();
			}
			await untilEnded(cli);
			await untilEnded(java);
		});

		it("counts an event with the built functions and nothing of this project's suite @soak", async () => {
			const projectId = "demo-plain";
			const files = await createSuiteFiles(ROOT);
			await copyFunctions(path.join(ROOT, "functions"), files.functions, LOCAL_SETTINGS, environment);
			// The CLI asks the functions themselves what they declare, as it does with functions/.
			await rm(path.join(files.functions, "functions.yaml"));
			const ports = await findPorts("any", {});
			await writePlainConfig(files.config, path.relative(ROOT, files.functions), ports);
			const command = path.join(firebaseTools, "lib/bin/firebase.js");
			const only = ["--only", "functions,firestore"];
			const args = ["emulators:start", "--project", projectId, ...only, "--config", files.config];
			const cli = spawn(process.execPath, [command, ...args], {
				cwd: files.folder,
				env: {
					...withoutProxy(environment),
					...(await provideEmulatorJar(firebaseTools, environment)),
					METADATA_SERVER_DETECTION: "none",
				},
				stdio: ["ignore", "pipe", "inherit"],
			});
			const ended = once(cli, "exit");
			try {
				for await (const [output] of on(cli.stdout, "data", { close: ["end"] })) {
					if (String(output).includes("All emulators ready!")) break;
				}
				const url = `http://127.0.0.1:${ports.functions}/${projectId}/us-central1/stats`;
				await expectCounting({ projectId, firestoreHost: `127.0.0.1:${ports.firestore}` }, url);
			} finally {
				cli.kill("SIGINT");
				await ended;
				files.remove();
			}
		});
	});
}

type Database = { readonly projectId: string; readonly firestoreHost: string };

function hostingStats(): string {
	return `${process.env["HOSTING_URL"]}/stats`;
}

function documentsOf({ projectId, firestoreHost }: Database): string {
	return `http://${firestoreHost}/v1/projects/${projectId}/databases/(default)/documents`;
}

async function expectCounting(database: Database, statsUrl: string): Promise<void> {
	const app = newAppId();
	expectAnswer(await post(statsUrl, validEvent(app)), 200, { status: "ok" });
	expect(await countedEvents(database, app, 1)).to.equal(1);
}

async function expectManyCounted(database: Database, statsUrl: string): Promise<void> {
	const app = newAppId();
	const events = Array.from({ length: 200 }, (_, index) => validEvent(app, { device_id: `device-${index}` }));
	const answers = await Promise.all(events.map((event) => post(statsUrl, event)));
	expect(answers.filter(({ status }) => status !== 200)).to.deep.equal([]);
	expect(await countedEvents(database, app, 200)).to.equal(200);
}

/** The demo users can sign in. */
async function expectDemoUsers({ ports }: Suite): Promise<void> {
	const url = `http://127.0.0.1:${ports.auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=any`;
	for (const { email, password } of DEMO_USERS) {
		const body = JSON.stringify({ email, password, returnSecureToken: true });
		const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
		expect(await answer.json()).to.include({ email });
	}
}

/** The counted events of an app, once there are so many. */
function countedEvents(database: Database, app: string, atLeast: number): Promise<number> {
	const read = async () => {
		const response = await fetch(`${documentsOf(database)}/apps/${app}`, { headers: HEADERS });
		const { fields } = (await response.json()) as { fields?: { events?: { integerValue: string } } };
		return Number(fields?.events?.integerValue ?? 0);
	};
	return eventually(read, (events) => events >= atLeast);
}

/** The Firestore emulator that the hub tells of, and its parent, the CLI, with the file that configures it. */
async function processesOf(hub: string | undefined): Promise<{ cli: number; java: number; config: string }> {
	const response = await fetch(`http://${hub}/emulators`);
	const { firestore } = (await response.json()) as { firestore: { pid: number } };
	const cli = tell("ppid", firestore.pid);
	const config = /--config (.+\.json)/.exec(tell("args", cli))?.[1] ?? "";
	return { cli: Number(cli), java: firestore.pid, config };
}

/** What the system tells of a process. */
function tell(keyword: "ppid" | "args", pid: number | string): string {
	return execFileSync("ps", ["-ww", "-o", `${keyword}=`, "-p", String(pid).trim()], { encoding: "utf8" });
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

async function untilEnded(pid: number): Promise<void> {
	const running = await eventually(
		() => Promise.resolve(isRunning(pid)),
		(running) => !running,
	);
	expect(running).to.equal(false);
}

async function writePlainConfig(file: string, functionsSource: string, ports: Ports): Promise<void> {
	const project: FirebaseConfig = JSON.parse(await readFile(path.join(ROOT, "firebase.json"), "utf8"));
	const config = suiteConfig(project, ["functions", "firestore"], ports, functionsSource, undefined, false);
	await writeFile(file, JSON.stringify(config));
}
