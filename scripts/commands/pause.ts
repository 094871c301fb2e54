import { setPaused } from "../../functions/admin/pause/setPaused.ts";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { onTarget } from "../cli/access.ts";
import { explainFailure } from "../cli/explainedError.ts";
import { parseArguments, required } from "../cli/parseArguments.ts";
import { chooseTarget, TARGET_OPTIONS, TARGET_USAGE } from "../cli/target.ts";

const USAGE = `Stops the storing of an app's events within a minute, without a deployment, or lets it go on.

Usage: npm run pause -- --app ID
       npm run resume -- --app ID

  --app ID         the app. Its devices are answered with ok, so that none sends again; what they send is lost
${TARGET_USAGE}`;

process.exitCode = await explainFailure(main);

async function main(): Promise<number> {
	const { values } = parseArguments({
		options: {
			app: { type: "string" },
			// What npm run resume gives.
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
	const target = chooseTarget(values, ["firestore"], process.env);
	console.error(`On the ${target.description}:`);
	const isKnown = await onTarget(target, process.env, () =>
		setPaused(openFirestore(target.projectId), appId, !values.undo),
	);
	console.log(
		values.undo
			? `${appId} is stored again, within a minute.`
			: `Within a minute nothing of ${appId} is stored any more. npm run resume -- --app ${appId} undoes it.`,
	);
	if (!isKnown) console.error(`${appId} sent nothing yet. Is the app's id right?`);
	return 0;
}
