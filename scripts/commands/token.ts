import { addToken, listTokens, removeToken } from "../../functions/admin/tokens/tokens.ts";
import { runOnData } from "../cli/dataCommand.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { chosenCommand, required } from "../cli/parseArguments.ts";

const USAGE = `Makes the tokens with which GET /health and GET /metrics answer for an app.

Usage: npm run token -- add    --app ID --name NAME
       npm run token -- list   --app ID
       npm run token -- remove --app ID --name NAME

  --app ID         the app; a token reads no other one
  --name NAME      what the token is for: update-server, grafana
                   A token is printed once. Only its hash is stored, so a lost one is replaced`;

const COMMANDS = ["add", "list", "remove"] as const;

await runOnData({
	usage: USAGE,
	allowPositionals: true,
	options: { app: { type: "string" }, name: { type: "string" } },
	read: (values, positionals) => ({
		command: chosenCommand(positionals, COMMANDS),
		appId: required(values.app, "app"),
		values,
	}),
	run: async ({ command, appId, values }, { db }) => {
		switch (command) {
			case "add": {
				const name = required(values.name, "name");
				const token = await addToken(db, appId, name, new Date());
				if (token === undefined) throw new ExplainedError(`${appId} has a token named ${name}: remove it first.`);
				console.log(token);
				console.error(`It reads the health of ${appId}, and is not shown again. Send it as Authorization: Bearer …`);
				return 0;
			}
			case "list": {
				const tokens = await listTokens(db, appId);
				for (const { name, addedAt } of tokens) console.log(`${addedAt.toISOString().slice(0, 10)}  ${name}`);
				if (tokens.length === 0) console.log(`${appId} has no tokens.`);
				return 0;
			}
			case "remove": {
				const name = required(values.name, "name");
				if (!(await removeToken(db, appId, name))) throw new ExplainedError(`${appId} has no token named ${name}.`);
				console.log(`The token ${name} is good for a minute at the most.`);
				return 0;
			}
		}
	},
});
