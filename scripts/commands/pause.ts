import { setPaused } from "../../functions/admin/pause/setPaused.ts";
import { runOnData } from "../cli/dataCommand.ts";
import { required } from "../cli/parseArguments.ts";

const USAGE = `Stops the storing of an app's events within a minute, without a deployment, or lets it go on.

Usage: npm run pause -- --app ID
       npm run resume -- --app ID

  --app ID         the app. Its devices are answered with ok, so that none sends again; what they send is lost
  --undo           lets it go on: what npm run resume gives`;

await runOnData({
	usage: USAGE,
	options: {
		app: { type: "string" },
		undo: { type: "boolean", default: false },
	},
	read: ({ app, undo }) => ({ appId: required(app, "app"), isPaused: !undo }),
	run: async ({ appId, isPaused }, { db }) => {
		const isKnown = await setPaused(db, appId, isPaused);
		console.log(
			isPaused
				? `Within a minute nothing of ${appId} is stored any more. npm run resume -- --app ${appId} undoes it.`
				: `${appId} is stored again, within a minute.`,
		);
		if (!isKnown) console.error(`${appId} sent nothing yet. Is the app's id right?`);
		return 0;
	},
});
