import { openFirestore } from "../functions/src/firestore/client.ts";
import { onTarget } from "./access.ts";
import { ExplainedError, explainFailure } from "./explainedError.ts";
import { parseArguments, required } from "./parseArguments.ts";
import { checkCommand } from "./report/check.ts";
import { describeOverview, overviewJson } from "./report/describeOverview.ts";
import { readOverview } from "./report/readOverview.ts";
import { chooseTarget, TARGET_OPTIONS, TARGET_USAGE } from "./target.ts";

const USAGE = `Prints what the dashboard's overview shows: how an app's releases do, newest activity first.

Usage: npm run report -- --app ID [--json]
       npm run report -- --check --app ID --version V [--wait]   (see --check --help)

  --app ID         the app
  --json           print JSON, for scripts and chat bots (npm run --silent keeps npm's own lines out)
  --versions N     how many versions, by default 20; each costs up to 16 document reads
  --dev            count emulators and builds that are not for production too
${TARGET_USAGE}`;

const MAX_VERSIONS = 200;

process.exitCode = process.argv.includes("--check") ? await checkCommand() : await explainFailure(main);

async function main(): Promise<number> {
	const { values } = parseArguments({
		options: {
			app: { type: "string" },
			json: { type: "boolean", default: false },
			versions: { type: "string", default: "20" },
			dev: { type: "boolean", default: false },
			help: { type: "boolean" },
			...TARGET_OPTIONS,
		},
	} as const);
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	const appId = required(values.app, "app");
	const limit = readLimit(values.versions);
	const target = chooseTarget(values, ["firestore"], process.env);
	const now = Date.now();
	const audience = values.dev ? "all" : "production";
	const overview = await onTarget(target, process.env, () =>
		readOverview(openFirestore(target.projectId), { appId, audience, limit, now }),
	);
	if (overview === null) {
		throw new ExplainedError(`${appId} sent nothing yet to the ${target.description}. Is the app's id right?`);
	}
	console.log(values.json ? JSON.stringify(overviewJson(overview, now), null, 2) : describeOverview(overview, now));
	return 0;
}

function readLimit(versions: string): number {
	const limit = /^\d+$/.test(versions) ? Number(versions) : 0;
	if (limit >= 1 && limit <= MAX_VERSIONS) return limit;
	throw new ExplainedError(`--versions is ${versions}: give a whole number from 1 to ${MAX_VERSIONS}.`);
}
