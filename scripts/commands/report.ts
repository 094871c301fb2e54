import { openFirestore } from "../../functions/src/firestore/client.ts";
import { onTarget } from "../cli/access.ts";
import { ExplainedError, explainFailure } from "../cli/explainedError.ts";
import { parseArguments, required } from "../cli/parseArguments.ts";
import { chooseTarget, TARGET_OPTIONS, TARGET_USAGE } from "../cli/target.ts";
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
                   day of its life
${TARGET_USAGE}`;

const MAX_VERSIONS = 200;

process.exitCode = process.argv.includes("--check") ? await checkCommand() : await explainFailure(main);

async function main(): Promise<number> {
	const { values } = parseArguments({
		options: {
			app: { type: "string" },
			version: { type: "string" },
			json: { type: "boolean", default: false },
			versions: { type: "string", default: "20" },
			help: { type: "boolean" },
			...TARGET_OPTIONS,
		},
	} as const);
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	const appId = required(values.app, "app");
	const { version } = values;
	const limit = readLimit(values.versions);
	const target = chooseTarget(values, ["firestore"], process.env);
	const now = Date.now();
	const report = await onTarget(target, process.env, () =>
		readReport(openFirestore(target.projectId), { appId, version, limit, now }),
	);
	if (report === null) {
		throw new ExplainedError(`${appId} sent nothing yet to the ${target.description}. Is the app's id right?`);
	}
	if (version !== undefined && report.versions.length === 0) {
		throw new ExplainedError(`There is no version ${version} of ${appId}, or it is hidden.`);
	}
	console.log(values.json ? JSON.stringify(reportJson(report, now), null, 2) : describeReport(report, now));
	return 0;
}

function readLimit(versions: string): number {
	const limit = /^\d+$/.test(versions) ? Number(versions) : 0;
	if (limit >= 1 && limit <= MAX_VERSIONS) return limit;
	throw new ExplainedError(`--versions is ${versions}: give a whole number from 1 to ${MAX_VERSIONS}.`);
}
