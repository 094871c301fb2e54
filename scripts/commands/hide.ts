import { hideVersion } from "../../functions/admin/hidden/hideVersion.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { onTarget } from "../cli/access.ts";
import { ExplainedError, explainFailure } from "../cli/explainedError.ts";
import { parseArguments, required } from "../cli/parseArguments.ts";
import { chooseTarget, TARGET_OPTIONS, TARGET_USAGE } from "../cli/target.ts";

const USAGE = `Takes a version off the dashboard, the report and the alerts: one that somebody made up, say.

Usage: npm run hide -- --app ID --version V
       npm run hide -- --app ID --version V --undo

  --app ID         the app
  --version V      the version. Its events stay and go on being counted
  --undo           shows it again
${TARGET_USAGE}`;

process.exitCode = await explainFailure(main);

async function main(): Promise<number> {
	const { values } = parseArguments({
		options: {
			app: { type: "string" },
			version: { type: "string" },
			undo: { type: "boolean", default: false },
			help: { type: "boolean" },
			...TARGET_OPTIONS,
		},
	} as const);
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	const appId = required(values.app, "app");
	const version = required(values.version, "version");
	const target = chooseTarget(values, ["firestore"], process.env);
	console.error(`On the ${target.description}:`);
	const isFound = await onTarget(target, process.env, () =>
		hideVersion(openFirestore(target.projectId), appId, version, !values.undo),
	);
	if (!isFound) throw new ExplainedError(`There is no version ${version} of ${appId}.`);
	console.log(
		values.undo ? `${version} of ${appId} is shown again.` : `${version} of ${appId} is hidden. --undo shows it again.`,
	);
	return 0;
}
