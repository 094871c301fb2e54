import { execFile } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { promisify } from "node:util";
import { ALL_APPS, DATABASE_ID, DEFAULT_DATABASE } from "../../functions/src/config.ts";
import { deployedSetting } from "../cli/deployedSetting.ts";
import { ExplainedError, explainFailure } from "../cli/explainedError.ts";
import { ROOT } from "../cli/steps.ts";
import { dotenv } from "../emulators/functionsCopy.ts";
import { namesDatabase, withDatabase } from "./firebaseJsonDatabase.ts";
import { functionsRegion } from "./functionsRegion.ts";

const USAGE = `Runs before a deployment; firebase.json says so. It stops one to a project without a database, which the Firebase CLI
would make in the United States, and one whose rules and indexes would go to another database than DATABASE_ID. It keeps
the functions where the database is: before their first deployment it writes REGION to functions/.env.PROJECT, and asks
for ALLOWED_APPS.

Usage: GCLOUD_PROJECT=PROJECT node scripts/deploy/prepareDeployment.ts [--functions]`;

const CLI = path.join(ROOT, "deploy/node_modules/firebase-tools/lib/bin/firebase.js");

const FIREBASE_JSON = path.join(ROOT, "firebase.json");

/** What the CLI prints with --json. */
type CliResult = { status: "success"; result: { locationId: string } } | { status: "error"; error: string };

if (process.argv.includes("--help")) {
	console.log(USAGE);
} else {
	process.exitCode = await explainFailure(main);
}

async function main(): Promise<number> {
	const project = process.env["GCLOUD_PROJECT"];
	if (project === undefined) throw new ExplainedError(USAGE);
	const databaseId = deployedSetting(project, DATABASE_ID.name) || DEFAULT_DATABASE;
	await keepDatabase(databaseId);
	const location = await databaseLocation(project, databaseId);
	if (process.argv.includes("--functions")) {
		await keepRegion(project, location);
		await askForApps(project);
	}
	return 0;
}

/**
 * The CLI has read firebase.json before this runs, so that what is changed in it counts from the next deployment on.
 *
 * @throws ExplainedError when it named another database
 */
async function keepDatabase(databaseId: string): Promise<void> {
	const written = await readFile(FIREBASE_JSON, "utf8");
	if (namesDatabase(written, databaseId)) return;
	const corrected = withDatabase(written, databaseId);
	if (!namesDatabase(corrected, databaseId)) {
		throw new ExplainedError(
			`Deployment stopped: firebase.json gives no rules and indexes to the database ${databaseId}. ` +
				`Write "database": ${JSON.stringify(databaseId)} into its "firestore", and deploy again.`,
		);
	}
	await writeFile(FIREBASE_JSON, corrected);
	throw new ExplainedError(
		`Deployment stopped: firebase.json named another database than DATABASE_ID. Now it names ${databaseId}: deploy again.`,
	);
}

async function keepRegion(project: string, location: string): Promise<void> {
	const wanted = deployedSetting(project, "REGION");
	const found = functionsRegion(location, wanted);
	if ("problem" in found) {
		throw new ExplainedError(
			`Deployment stopped: ${found.problem}. Remove REGION from ${settingsFile(project)}, and deploy again.`,
		);
	}
	if (wanted !== undefined) return;
	await keepSetting(project, "REGION", found.region);
	console.log(`The database is in ${location}: the functions run in ${found.region}.`);
}

/**
 * The CLI would ask too. But what it is told itself it puts elsewhere among the functions' variables than what it reads from
 * the file the next time, takes that for a change, and deploys everything again (firebase-tools 15.34, `cache/hash.js`).
 * Without a terminal it is left to the CLI to say what is missing.
 */
async function askForApps(project: string): Promise<void> {
	if (!process.stdin.isTTY || deployedSetting(project, "ALLOWED_APPS") !== undefined) return;
	console.log("\nEvents of other apps are refused. With all, whoever knows the URL can store events at your cost.");
	const prompt = createInterface({ input: process.stdin, output: process.stdout });
	const answer = await prompt.question(`? Allowed apps, the ids separated by commas: (${ALL_APPS}) `);
	prompt.close();
	await keepSetting(project, "ALLOWED_APPS", answer.trim() || ALL_APPS);
}

async function keepSetting(project: string, name: string, value: string): Promise<void> {
	await appendFile(path.join(ROOT, settingsFile(project)), dotenv({ [name]: value }));
}

function settingsFile(project: string): string {
	return `functions/.env.${project}`;
}

/** @throws ExplainedError with what to do where there is no database, or the CLI can't tell */
async function databaseLocation(project: string, databaseId: string): Promise<string> {
	const args = [CLI, "firestore:databases:get", databaseId, "--project", project, "--json"];
	// With --json the CLI tells of a failure in what it prints, besides its exit code.
	const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT }).catch((error) => error);
	const answer = readAnswer(String(stdout));
	if (answer.status === "success") return answer.result.locationId;
	if (!answer.error.includes("404")) throw new ExplainedError(`Deployment stopped: ${answer.error}`);
	throw new ExplainedError(
		`Deployment stopped: ${project} has no Firestore database ${databaseId}. Create it where your users are, then deploy again:
  npm run firebase -- firestore:databases:create "${databaseId}" --location us-central1 --project ${project}
  npm run firebase -- firestore:locations --project ${project}    lists the locations`,
	);
}

function readAnswer(printed: string): CliResult {
	try {
		return JSON.parse(printed);
	} catch {
		return { status: "error", error: printed.trim() || "the Firebase CLI could not ask for the database." };
	}
}
