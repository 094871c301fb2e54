import { runOnData } from "../cli/dataCommand.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { required } from "../cli/parseArguments.ts";
import { checkCommand } from "../report/check.ts";
import { describeReport, reportJson } from "../report/describeReport.ts";
import { readReport } from "../report/readReport.ts";

const USAGE = `Prints how an app's releases do: the verdict on each with its sentence, newest release first.

Usage: npm run report -- --app ID [--version V] [--json]
       npm run report -- --check --app ID --version V [--wait]   (see --check --help)

  --app ID         the app
  --version V      this version only
  --json           print JSON, for scripts and chat bots (npm run --silent keeps npm's own lines out)
  --versions N     how many versions, those with the newest events, by default 20; each costs a document read for each
                   day of its life`;

const MAX_VERSIONS = 200;

if (process.argv.includes("--check")) process.exitCode = await checkCommand();
else {
	await runOnData({
		usage: USAGE,
		options: {
			app: { type: "string" },
			version: { type: "string" },
			json: { type: "boolean", default: false },
			versions: { type: "string", default: "20" },
		},
		read: ({ app, version, json, versions }) => ({
			appId: required(app, "app"),
			version,
			isJson: json,
			limit: readLimit(versions),
		}),
		run: async ({ appId, version, isJson, limit }, { db, target }) => {
			const now = Date.now();
			const report = await readReport(db, { appId, version, limit, now });
			if (report === null) {
				throw new ExplainedError(`${appId} sent nothing yet to the ${target.description}. Is the app's id right?`);
			}
			if (version !== undefined && report.versions.length === 0) {
				throw new ExplainedError(`There is no version ${version} of ${appId}, or it is hidden.`);
			}
			console.log(isJson ? JSON.stringify(reportJson(report, now), null, 2) : describeReport(report, now));
			return 0;
		},
	});
}

function readLimit(versions: string): number {
	const limit = /^\d+$/.test(versions) ? Number(versions) : 0;
	if (limit >= 1 && limit <= MAX_VERSIONS) return limit;
	throw new ExplainedError(`--versions is ${versions}: give a whole number from 1 to ${MAX_VERSIONS}.`);
}
