import { execFile } from "node:child_process";
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { functionsRegion } from "./deploy/functionsRegion.ts";
import { deployedSetting } from "./deployedSetting.ts";
import { ExplainedError, explainFailure } from "./explainedError.ts";
import { ROOT } from "./steps.ts";

const USAGE = `Stops a deployment to a project without a database, which the Firebase CLI would make in the United States whatever
REGION says, and keeps the functions where the database is: the first time it writes REGION to functions/.env.PROJECT.

Usage: GCLOUD_PROJECT=PROJECT node scripts/checkDatabase.ts

firebase.json runs it before each deployment.`;

const CLI = path.join(ROOT, "deploy/node_modules/firebase-tools/lib/bin/firebase.js");

const DATABASE = "(default)";

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
	const location = await databaseLocation(project);
	const wanted = deployedSetting(project, "REGION");
	const found = functionsRegion(location, wanted);
	if ("problem" in found) {
		throw new ExplainedError(
			`Deployment stopped: ${found.problem}. Remove REGION from functions/.env.${project}, and deploy again.`,
		);
	}
	if (wanted === undefined) {
		await appendFile(path.join(ROOT, `functions/.env.${project}`), `REGION=${found.region}\n`);
		console.log(`The database is in ${location}: the functions run in ${found.region}.`);
	}
	return 0;
}

/** @throws ExplainedError with what to do where there is no database, or the CLI can't tell */
async function databaseLocation(project: string): Promise<string> {
	const args = [CLI, "firestore:databases:get", DATABASE, "--project", project, "--json"];
	// With --json the CLI tells of a failure in what it prints, besides its exit code.
	const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT }).catch((error) => error);
	const answer = readAnswer(String(stdout));
	if (answer.status === "success") return answer.result.locationId;
	if (!answer.error.includes("404")) throw new ExplainedError(`Deployment stopped: ${answer.error}`);
	throw new ExplainedError(
		`Deployment stopped: ${project} has no Firestore database. Create it where your users are, then deploy again:
  npm run firebase -- firestore:databases:create "${DATABASE}" --location us-central1 --project ${project}
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
