import { readFileSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "chai";
import { DEFAULT_DATABASE } from "../../functions/src/config.ts";
import { ROOT } from "../../scripts/cli/steps.ts";
import { isSoak } from "../support/soak.ts";
import {
	checkoutSettings,
	declaredFunctions,
	declaredHosting,
	declaredIndexes,
	declaredRuntime,
	deployedFunctions,
	deployedIndexes,
	environmentOf,
	indexedDatabases,
	type Manifest,
	membersOf,
	pageFiles,
	readJson,
	readManifest,
	rolesOf,
	secretVersionsOf,
} from "./declared.ts";
import { type Checkout, createCheckout, type DeployOptions, deploy } from "./deploy.ts";
import { type GoogleProject, newProject } from "./googleProject.ts";
import { documentedQuestions, documentedSettings } from "./readme.ts";
import type { Deployment } from "./runDeployment.ts";
import { serveUpload } from "./serveUpload.ts";
import { unzip } from "./zip.ts";

const PROJECT_ID = "made-up-project";

/** What a first deployment can't be answered with Enter alone. */
const ANSWERS = { "the secret of the statsUrl": ["secret-of-the-test"], "declarative security": ["y"] };

/** Hosts that the CLI asks besides Google's APIs, or without regard to their addresses. It goes on without them. */
const ASKED_IN_VAIN = ["firebase-public.firebaseio.com", "iam.googleapis.com", "registry.npmjs.org"];

/** Lets a test have a checkout of its own, in which nobody has answered anything. */
async function inCheckout<T>(work: (checkout: Checkout) => Promise<T>): Promise<T> {
	const checkout = await createCheckout({ builds: false });
	try {
		return await work(checkout);
	} finally {
		await checkout.remove();
	}
}

function projectIn(locationId: string): GoogleProject {
	return newProject(PROJECT_ID, { [DEFAULT_DATABASE]: { locationId } });
}

/** Requests that changed something, in one line each. */
function changes({ calls }: Deployment): string[] {
	return calls
		.filter(({ method, path, status }) => !/^(GET|CONNECT)$/.test(method) && status < 400 && !READS.test(path))
		.map(({ method, host, path }) => `${method} ${host.split(".")[0]} ${path}`);
}

const READS = /:(testIamPermissions|getIamPolicy|test|generateServiceIdentity)$|oauth2|:generateUploadUrl$/;

function expectSuccess(deployment: Deployment): void {
	const unanswered = deployment.calls.filter(({ status }) => status === 501);
	expect(unanswered.map(({ method, host, path }) => `${method} ${host}${path}`)).to.deep.equal([]);
	expect(deployment.exitCode, deployment.output).to.equal(0);
	expect(deployment.output).to.include("Deploy complete!");
}

/** That a project has what this checkout declares, whatever the way to it was. */
function expectDeclared(
	{ folder }: Checkout,
	manifest: Manifest,
	project: GoogleProject,
	place: { region: string; triggerRegion: string },
): void {
	const [serviceAccount = "none"] = project.serviceAccounts;
	const settings = checkoutSettings(folder, PROJECT_ID);
	const { DATABASE_ID = "none" } = settings;
	expect(deployedFunctions(project)).to.deep.equal(
		declaredFunctions(manifest, settings, {
			...place,
			runtime: declaredRuntime(folder),
			serviceAccount,
		}),
	);
	expect(deployedIndexes(project)).to.deep.equal(declaredIndexes(folder));
	expect(indexedDatabases(project)).to.deep.equal([DATABASE_ID]);
	const page = project.hosting.versions.find(({ name }) => name === project.hosting.released.at(-1));
	expect(page?.config).to.deep.equal(declaredHosting(folder, place.region));
	expect(Object.keys(page?.files ?? {}).sort()).to.deep.equal(pageFiles(folder));
	const [release] = project.releases;
	const ofDatabase = DATABASE_ID === DEFAULT_DATABASE ? "" : `/${DATABASE_ID}`;
	expect(release?.name).to.equal(`projects/${PROJECT_ID}/releases/cloud.firestore${ofDatabase}`);
	const rules = project.rulesets.find(({ name }) => name === release?.["rulesetName"]);
	expect(rules?.["source"]).to.deep.equal({
		files: [{ name: "firestore.rules", content: readFileSync(path.join(folder, "firestore.rules"), "utf8") }],
	});
}

describe("a first deployment", function () {
	this.timeout(180_000);

	let checkout: Checkout;
	let deployment: Deployment;
	let manifest: Manifest;
	let source: Map<string, Buffer>;

	before(async () => {
		checkout = await createCheckout({ builds: isSoak });
		await writeFile(path.join(checkout.folder, "functions/.env.other-project"), "ALLOWED_APPS=not.to.be.told\n");
		await writeFile(path.join(checkout.folder, "functions/.secret.local"), "STATS_SECRETS=not-to-be-told\n");
		deployment = await deploy(checkout, projectIn("us-central1"), { answers: ANSWERS });
		manifest = await readManifest(checkout.folder);
		const upload = deployment.calls.find(({ host, method }) => host === "storage.googleapis.com" && method === "PUT");
		source = unzip(Buffer.from(String(upload?.body), "base64"));
	});

	after(() => checkout.remove());

	it("succeeds, and says where the functions and the page are", () => {
		expectSuccess(deployment);
		expect(deployment.output).to.match(/Function URL \(statistics:stats\(us-central1\)\): https:\/\/stats-/);
		expect(deployment.output).to.include(`Hosting URL: https://${PROJECT_ID}.web.app`);
	});

	it("builds the functions and the page before", () => {
		const ran = deployment.output.match(/(?<=^Running command: npm .* run )build.*$/gm);
		expect(ran).to.have.members(["build", "build:web -- --mode deployment"]);
	});

	it("asks what the README says, in that order, and nothing else", () => {
		const questions = documentedQuestions();
		expect(deployment.prompts.map(({ question }) => question)).to.have.length(questions.length);
		for (const [index, { question }] of deployment.prompts.entries()) {
			expect(question).to.include(questions[index]);
		}
	});

	it("gives each setting the default that the README documents", () => {
		const documented = documentedSettings();
		expect(Object.keys(documented).sort()).to.deep.equal(manifest.params.map(({ name }) => name).sort());
		for (const id of Object.keys(manifest.endpoints)) {
			const environment = environmentOf(deployment.project, id);
			for (const { name, type } of manifest.params) {
				const value = type === "secret" ? undefined : environmentValue(documented[name]);
				expect(environment[name], `${name} of ${id}`).to.equal(value);
			}
		}
	});

	it("gives each function what the code declares, and the page, the rules and the indexes what their files say", () => {
		expectDeclared(checkout, manifest, deployment.project, { region: "us-central1", triggerRegion: "us-central1" });
	});

	it("opens to everybody only what is meant for everybody", () => {
		const open = Object.entries(deployedFunctions(deployment.project)).filter(([, { invokers }]) =>
			invokers.includes("allUsers"),
		);
		const meant = Object.entries(manifest.endpoints).filter(([, { httpsTrigger }]) =>
			httpsTrigger?.invoker?.includes("public"),
		);
		expect(open.map(([id]) => id)).to.have.members(meant.map(([id]) => id));
		expect(open.map(([id]) => id))
			.to.include("stats")
			.and.not.to.include("countEvent");
	});

	it("lets the functions run as an account of their own, with the declared roles and no other", () => {
		const { policy, serviceAccounts, secrets } = deployment.project;
		expect(serviceAccounts).to.have.length(1);
		const member = `serviceAccount:${serviceAccounts[0]}`;
		expect(rolesOf(policy, member)).to.have.members(manifest.requiredRoles);
		expect(membersOf(secrets["STATS_SECRETS"]?.policy, "roles/secretmanager.secretAccessor")).to.deep.equal([member]);
		// Granted by the CLI with the first trigger, whoever the functions run as. SECURITY.md tells of it.
		const others = policy.bindings.flatMap(({ role, members }) => members.filter((m) => m !== member).map(() => role));
		expect(others).to.have.members([
			"roles/iam.serviceAccountTokenCreator",
			"roles/run.invoker",
			"roles/eventarc.eventReceiver",
		]);
	});

	it("keeps the secret in Secret Manager alone", () => {
		const { value } = deployment.project.secrets["STATS_SECRETS"]?.versions[0] ?? {};
		expect(value).to.equal("secret-of-the-test");
		const elsewhere = deployment.calls.filter(({ host }) => host !== "secretmanager.googleapis.com");
		expect(JSON.stringify(elsewhere)).not.to.include("secret-of-the-test");
		expect(deployment.output).not.to.include("secret-of-the-test");
	});

	it("deletes events and nothing else by itself", () => {
		const ttl = deployment.project.fields.filter((field) => "ttlConfig" in field).map(({ name }) => name.split("/"));
		const declared = readJson<{ fieldOverrides: { collectionGroup: string; fieldPath: string; ttl?: boolean }[] }>(
			ROOT,
			"firestore.indexes.json",
		).fieldOverrides.filter((field) => field.ttl);
		expect(ttl.map((parts) => [parts[5], parts[7]])).to.have.deep.members(
			declared.map(({ collectionGroup, fieldPath }) => [collectionGroup, fieldPath]),
		);
	});

	it("uploads what the functions need to run, and no project's settings", () => {
		expect([...source.keys()].sort()).to.deep.equal([".npmrc", "lib/index.js", "package-lock.json", "package.json"]);
		expect(Buffer.concat([...source.values()]).toString()).not.to.match(/not.to.be.told/);
	});

	it("sends the page with headers that keep others' scripts and frames out, whichever path it is asked for by", () => {
		const { headers = [] } = deployment.project.hosting.versions[0]?.config ?? {};
		const sent = (path: string) => headers.filter(({ glob }) => glob === "**" || glob === path).map((r) => r.headers);
		const pages = pageFiles(checkout.folder).filter((file) => file.endsWith(".html"));
		const paths = pages.flatMap((file) => [file, file.replace(/index\.html$/, "")]);
		expect(paths).to.include.members(["/", "/index.html"]);
		for (const path of paths) {
			const all = Object.assign({}, ...sent(path));
			expect(all, path).to.include({
				"X-Content-Type-Options": "nosniff",
				"X-Frame-Options": "DENY",
				"Referrer-Policy": "no-referrer",
				"Cache-Control": "no-cache",
			});
			expect(all["Content-Security-Policy"], path)
				.to.match(/default-src 'self'.*frame-ancestors 'none'/)
				.and.not.to.match(/127\.0\.0\.1|localhost|unsafe-eval/);
		}
	});

	it("leaves alone how Hosting's own pages are framed, by which the dashboard signs people in", () => {
		const { headers = [] } = deployment.project.hosting.versions[0]?.config ?? {};
		const everywhere = headers.filter(({ glob }) => glob === "**").flatMap((rule) => Object.keys(rule.headers));
		expect(everywhere).to.deep.equal(["X-Content-Type-Options"]);
	});

	it("asks nobody but Google", () => {
		const strangers = deployment.calls.filter(
			({ method, host }) => method === "CONNECT" || !host.endsWith(".googleapis.com"),
		);
		expect(ASKED_IN_VAIN).to.include.members([...new Set(strangers.map(({ host }) => host))]);
	});

	it("has the settings that it doesn't ask for in functions/.env, at their defaults", () => {
		const asked = ["REGION", "ALLOWED_APPS"];
		const rest = manifest.params.filter(({ name, type }) => type !== "secret" && !asked.includes(name));
		const file = readFileSync(path.join(ROOT, "functions/.env"), "utf8").split("\n");
		const written = file.filter((line) => line !== "" && !line.startsWith("#"));
		expect(written).to.have.members(rest.map(({ name, default: value }) => `${name}=${value}`));
	});

	if (isSoak) {
		it("uploads what installs from its lock file, and answers (@soak)", async () => {
			await serveUpload(source, deployment.project, "stats", async (url) => {
				const response = await fetch(url);
				expect([response.status, await response.json()]).to.deep.equal([200, { status: "ok" }]);
				const refused = await fetch(url, { method: "POST", body: "{}" });
				expect(refused.status, "without the secret").to.equal(401);
			});
		});

		it("changes nothing when it is repeated (@soak)", async () => {
			const again = await deploy(checkout, deployment.project, { interactive: false });
			expectSuccess(again);
			expect(again.output).to.include("Skipping the deploy of unchanged functions.");
			expect(changes(again).filter((change) => !/^\w+ (firebasehosting|firebaserules) /.test(change))).to.deep.equal(
				[],
			);
			expect(again.project.rulesets).to.deep.equal(deployment.project.rulesets);
			expect(again.project.functions).to.deep.equal(deployment.project.functions);
		});

		it("is followed by one of the page alone, which leads to the functions that are there (@soak)", async () => {
			const page = await deploy(checkout, deployment.project, { args: ["--only", "hosting"], interactive: false });
			expectSuccess(page);
			expect(changes(page).filter((change) => !change.includes(" firebasehosting "))).to.deep.equal([]);
			expectDeclared(checkout, manifest, page.project, { region: "us-central1", triggerRegion: "us-central1" });
		});

		it("is followed by one with another secret, which reaches the function that uses it (@soak)", async () => {
			const set = await deploy(checkout, deployment.project, {
				script: "firebase",
				args: ["functions:secrets:set", "STATS_SECRETS"],
				answers: { "Enter a value for STATS_SECRETS": ["new,old"] },
			});
			expect(set.exitCode, set.output).to.equal(0);
			const updated = changes(set).filter((change) => change.startsWith("PATCH cloudfunctions"));
			const users = Object.entries(manifest.endpoints).filter(([, { secretEnvironmentVariables }]) =>
				secretEnvironmentVariables?.some(({ key }) => key === "STATS_SECRETS"),
			);
			expect(updated.map((change) => change.split("/").at(-1))).to.have.members(users.map(([id]) => id));
			expect(set.project.secrets["STATS_SECRETS"]?.versions).to.deep.equal([
				{ value: "secret-of-the-test", state: "DESTROYED" },
				{ value: "new,old", state: "ENABLED" },
			]);
			for (const [id] of users) expect(secretVersionsOf(set.project, id)).to.deep.equal(["2"]);
			expectDeclared(checkout, manifest, set.project, { region: "us-central1", triggerRegion: "us-central1" });
		});

		it("can be moved to the database's new place, step by step (@soak)", async () => {
			await inCheckout(async (moved) => {
				const first = await deploy(moved, projectIn("us-central1"), { answers: ANSWERS });
				expectSuccess(first);
				const elsewhere = { ...first.project, databases: { [DEFAULT_DATABASE]: { locationId: "europe-west1" } } };
				const stopped = await deploy(moved, elsewhere);
				expect(stopped.exitCode).not.to.equal(0);
				expect(stopped.output).to.include("the functions would run in us-central1, the database is in europe-west1");
				expect(changes(stopped)).to.deep.equal([]);
				const answers = path.join(moved.folder, `functions/.env.${PROJECT_ID}`);
				await writeFile(answers, (await readFile(answers, "utf8")).replace(/^REGION=.*\n/m, ""));
				const there = await deploy(moved, elsewhere, { answers: { "proceed with deletion": ["y"] } });
				expectSuccess(there);
				expectDeclared(moved, await readManifest(moved.folder), there.project, {
					region: "europe-west1",
					triggerRegion: "europe-west1",
				});
			});
		});
	}
});

/** The value that a default in the README's words is in the environment. */
function environmentValue(documented: string | undefined): string | undefined {
	const words: Readonly<Record<string, string>> = { none: "", "the database's": "us-central1" };
	return documented === undefined ? undefined : (words[documented] ?? documented);
}

if (isSoak) {
	describe("a deployment that something is missing for (@soak)", function () {
		this.timeout(300_000);

		it("stops where there is no database, and goes on with the command that it prints", async () => {
			await inCheckout(async (checkout) => {
				const stopped = await deploy(checkout, newProject(PROJECT_ID, {}), { answers: ANSWERS });
				expect(stopped.exitCode).not.to.equal(0);
				expect(stopped.output).to.include("has no Firestore database");
				expect(changes(stopped)).to.deep.equal([]);
				expect(stopped.output).to.include('firestore:databases:create "(default)" --location us-central1');
				const created = await deploy(checkout, stopped.project, {
					script: "firebase",
					args: ["firestore:databases:create", DEFAULT_DATABASE, "--location", "eur3"],
				});
				expect(created.project.databases).to.deep.equal({ [DEFAULT_DATABASE]: { locationId: "eur3" } });
				const deployed = await deploy(checkout, created.project, { answers: ANSWERS });
				expectSuccess(deployed);
				expectDeclared(checkout, await readManifest(checkout.folder), deployed.project, {
					region: "europe-west1",
					triggerRegion: "eur3",
				});
			});
		});

		it("goes to the database that DATABASE_ID names, with page, rules and indexes", async () => {
			const checkout = await createCheckout({ builds: true });
			try {
				const settings = path.join(checkout.folder, `functions/.env.${PROJECT_ID}`);
				await writeFile(settings, "DATABASE_ID=updater-figures\n");
				const elsewhere = await deploy(checkout, projectIn("us-central1"), { answers: ANSWERS });
				expect(elsewhere.output).to.include("Now it names updater-figures: deploy again");
				const missing = await deploy(checkout, elsewhere.project, { answers: ANSWERS });
				expect(missing.output).to.include("has no Firestore database updater-figures");
				for (const stopped of [elsewhere, missing]) {
					expect(stopped.exitCode).not.to.equal(0);
					expect(changes(stopped)).to.deep.equal([]);
				}
				const created = await deploy(checkout, missing.project, {
					script: "firebase",
					args: ["firestore:databases:create", "updater-figures", "--location", "europe-west1"],
				});
				const deployed = await deploy(checkout, created.project, { answers: ANSWERS });
				expectSuccess(deployed);
				expectDeclared(checkout, await readManifest(checkout.folder), deployed.project, {
					region: "europe-west1",
					triggerRegion: "europe-west1",
				});
				const scripts = pageFiles(checkout.folder).filter((file) => file.endsWith(".js"));
				const page = scripts.map((file) => readFileSync(path.join(checkout.folder, "web/dist", file), "utf8")).join("");
				expect(page).to.include("updater-figures");
			} finally {
				await checkout.remove();
			}
		});

		it("stops where only the rules and indexes are to be deployed, too", async () => {
			await inCheckout(async (checkout) => {
				const stopped = await deploy(checkout, newProject(PROJECT_ID, {}), { args: ["--only", "firestore"] });
				expect(stopped.output).to.include("has no Firestore database");
				expect(stopped.project.databases).to.deep.equal({});
			});
		});

		it("says what to set where there is no terminal, and then asks nothing", async () => {
			await inCheckout(async (checkout) => {
				const withoutTerminal: DeployOptions = { interactive: false, args: ["--only", "functions", "--force"] };
				const noSecret = await deploy(checkout, projectIn("europe-west3"), withoutTerminal);
				expect(noSecret.output).to.include("functions:secrets:set STATS_SECRETS");
				const set = await deploy(checkout, noSecret.project, {
					script: "firebase",
					args: ["functions:secrets:set", "STATS_SECRETS"],
					answers: { "Enter a value for STATS_SECRETS": ["none"] },
				});
				const noApps = await deploy(checkout, set.project, withoutTerminal);
				expect(noApps.output).to.match(/no value for the following environment variables: ALLOWED_APPS\n/);
				await appendFile(path.join(checkout.folder, `functions/.env.${PROJECT_ID}`), "ALLOWED_APPS=com.example.shop\n");
				const functions = await deploy(checkout, noApps.project, withoutTerminal);
				expectSuccess(functions);
				const all = await deploy(checkout, functions.project, { interactive: false });
				expectSuccess(all);
				expectDeclared(checkout, await readManifest(checkout.folder), all.project, {
					region: "europe-west3",
					triggerRegion: "europe-west3",
				});
			});
		});

		it("switches on the APIs that are off", async () => {
			await inCheckout(async (checkout) => {
				const project = projectIn("us-central1");
				project.disabledApis = ["secretmanager.googleapis.com", "eventarc.googleapis.com"];
				const deployed = await deploy(checkout, project, { answers: ANSWERS });
				expectSuccess(deployed);
				expect(deployed.project.disabledApis).to.deep.equal([]);
			});
		});

		it("with Enter at every question stops before it grants a right, and asks only the rest the next time", async () => {
			await inCheckout(async (checkout) => {
				const stopped = await deploy(checkout, projectIn("us-central1"), {
					answers: { "the secret of the statsUrl": ["", "none"] },
				});
				expect(stopped.output).to.include("Secrets cannot have an empty value").and.to.include("canceled");
				expect(stopped.project.functions).to.deep.equal({});
				expect(stopped.project.secrets["STATS_SECRETS"]?.versions).to.deep.equal([{ value: "none", state: "ENABLED" }]);
				const next = await deploy(checkout, stopped.project, { answers: { "declarative security": ["y"] } });
				expectSuccess(next);
				expect(next.prompts.map(({ question }) => question).join("\n")).not.to.match(/secret of|Allowed apps/);
			});
		});
	});

	describe("a deployment that Google refuses a part of (@soak)", function () {
		this.timeout(300_000);

		const EVENTARC = "Permission denied while using the Eventarc Service Agent.";
		const eventarc = {
			host: "cloudfunctions",
			method: "POST",
			path: "/functions$",
			// Each function that Firestore triggers.
			times: 2,
			status: 200,
			message: EVENTARC,
		} as const;
		const place = { region: "us-central1", triggerRegion: "us-central1" };

		for (const { title, refusal, says } of [
			{
				title: "an index",
				refusal: { host: "firestore", method: "POST", path: "/indexes$", times: 1, status: 403, message: "No index." },
				says: "No index.",
			},
			{
				title: "the secret",
				refusal: {
					host: "secretmanager",
					method: "GET",
					path: "/secrets/",
					times: 1,
					status: 403,
					message: "No secret.",
				},
				says: "No secret.",
			},
			{
				title: "the account's roles",
				refusal: {
					host: "cloudresourcemanager",
					method: "POST",
					path: ":setIamPolicy$",
					times: 1,
					status: 403,
					message: "No rights.",
				},
				says: "failed to modify the IAM policy",
			},
		]) {
			it(`${title}: is finished by the next one`, async () => {
				await inCheckout(async (checkout) => {
					const refused = await deploy(checkout, projectIn("us-central1"), {
						answers: ANSWERS,
						refusals: [refusal],
					});
					expect(refused.exitCode).not.to.equal(0);
					expect(refused.output).to.include(says);
					expect(refused.project.functions).to.deep.equal({});
					const next = await deploy(checkout, refused.project, { answers: ANSWERS });
					expectSuccess(next);
					expectDeclared(checkout, await readManifest(checkout.folder), next.project, place);
				});
			});
		}

		it("the secret's first version: is finished once the secret is set", async () => {
			await inCheckout(async (checkout) => {
				const refused = await deploy(checkout, projectIn("us-central1"), {
					answers: ANSWERS,
					refusals: [
						{
							host: "secretmanager",
							method: "POST",
							path: ":addVersion$",
							times: 1,
							status: 403,
							message: "No version.",
						},
					],
				});
				expect(refused.output).to.include("No version.");
				const stuck = await deploy(checkout, refused.project, { answers: ANSWERS });
				expect(stuck.output).to.include("no latest version of the secret");
				const set = await deploy(checkout, stuck.project, {
					script: "firebase",
					args: ["functions:secrets:set", "STATS_SECRETS"],
					answers: { "Enter a value for STATS_SECRETS": ["none"] },
				});
				expect(set.exitCode, set.output).to.equal(0);
				const next = await deploy(checkout, set.project, { answers: ANSWERS });
				expectSuccess(next);
				expectDeclared(checkout, await readManifest(checkout.folder), next.project, place);
			});
		});

		it("the triggers, since Eventarc's agent is new: is finished by the next one", async () => {
			await inCheckout(async (checkout) => {
				const refused = await deploy(checkout, projectIn("us-central1"), {
					answers: ANSWERS,
					refusals: [{ ...eventarc, operation: "leaves the function" }],
				});
				expect(refused.exitCode).not.to.equal(0);
				expect(refused.output).to.include(EVENTARC);
				const next = await deploy(checkout, refused.project, { answers: ANSWERS });
				expectSuccess(next);
				expectDeclared(checkout, await readManifest(checkout.folder), next.project, place);
			});
		});

		it("the triggers, and keeps the functions without them: is finished once those are deleted", async () => {
			await inCheckout(async (checkout) => {
				const refused = await deploy(checkout, projectIn("us-central1"), {
					answers: ANSWERS,
					refusals: [{ ...eventarc, operation: "leaves the function without its trigger" }],
				});
				expect(refused.output).to.include(EVENTARC);
				const stuck = await deploy(checkout, refused.project, { answers: ANSWERS });
				expect(stuck.output).to.include("Changing from an HTTPS function to a background triggered function");
				const deleted = await deploy(checkout, stuck.project, {
					script: "firebase",
					args: ["functions:delete", "countEvent", "sendAlert", "--region", "us-central1", "--force"],
				});
				expect(deleted.exitCode, deleted.output).to.equal(0);
				const next = await deploy(checkout, deleted.project, { answers: ANSWERS });
				expectSuccess(next);
				expectDeclared(checkout, await readManifest(checkout.folder), next.project, place);
			});
		});
	});
}
