import { hideVersion } from "../../functions/admin/hidden/hideVersion.ts";
import { runOnData } from "../cli/dataCommand.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { required } from "../cli/parseArguments.ts";

const USAGE = `Takes a version off the dashboard, the report and the alerts: one that somebody made up, say.

Usage: npm run hide -- --app ID --version V
       npm run hide -- --app ID --version V --undo

  --app ID         the app
  --version V      the version. Its events stay and go on being counted
  --undo           shows it again`;

await runOnData({
	usage: USAGE,
	options: {
		app: { type: "string" },
		version: { type: "string" },
		undo: { type: "boolean", default: false },
	},
	read: ({ app, version, undo }) => ({
		appId: required(app, "app"),
		version: required(version, "version"),
		isHidden: !undo,
	}),
	run: async ({ appId, version, isHidden }, { db }) => {
		const isFound = await hideVersion(db, appId, version, isHidden);
		if (!isFound) throw new ExplainedError(`There is no version ${version} of ${appId}.`);
		console.log(
			isHidden ? `${version} of ${appId} is hidden. --undo shows it again.` : `${version} of ${appId} is shown again.`,
		);
		return 0;
	},
});
