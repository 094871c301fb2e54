import { acknowledgeAlert, type ListedAlert, listAlerts } from "../../functions/admin/alerts/alerts.ts";
import { runOnData } from "../cli/dataCommand.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { chosenCommand, required } from "../cli/parseArguments.ts";
import { printable } from "../cli/printable.ts";

const USAGE = `Prints an app's alerts, and notes that somebody knows of one.

Usage: npm run alert -- list        --app ID [--all]
       npm run alert -- acknowledge --app ID --alert ID | --all

  --app ID         the app
  --alert ID       the alert, as list prints it
  --all            list: those that were acknowledged, too. acknowledge: every one of the list
                   The newest 100 are listed`;

const COMMANDS = ["list", "acknowledge"] as const;

const LISTED_ALERTS = 100;

await runOnData({
	usage: USAGE,
	allowPositionals: true,
	options: {
		app: { type: "string" },
		alert: { type: "string" },
		all: { type: "boolean", default: false },
	},
	read: (values, positionals) => ({
		command: chosenCommand(positionals, COMMANDS),
		appId: required(values.app, "app"),
		values,
	}),
	run: async ({ command, appId, values }, { db }) => {
		const alerts = await listAlerts(db, appId, LISTED_ALERTS);
		const open = alerts.filter(({ acknowledgedAt }) => acknowledgedAt === null);
		switch (command) {
			case "list": {
				const listed = values.all ? alerts : open;
				for (const alert of listed) console.log(describe(alert));
				if (listed.length === 0) console.log(`${appId} has no ${values.all ? "" : "open "}alerts.`);
				return 0;
			}
			case "acknowledge": {
				const ids = values.all ? open.map(({ id }) => id) : [required(values.alert, "alert")];
				for (const id of ids) {
					if (!(await acknowledgeAlert(db, appId, id, new Date())))
						throw new ExplainedError(`${appId} has no alert ${id}.`);
				}
				console.log(`${ids.length} ${ids.length === 1 ? "alert is" : "alerts are"} acknowledged.`);
				return 0;
			}
		}
	},
});

/** `2026-03-14T02:10:00.000Z  id  3.4.8: 15 of 170 devices failed …` */
function describe({ id, alert, createdAt, acknowledgedAt }: ListedAlert): string {
	const about = alert.kind === "release" ? `${alert.version} is ${alert.verdict}: ` : "";
	const state = acknowledgedAt === null ? "" : "  (acknowledged)";
	return `${new Date(createdAt).toISOString()}  ${id}  ${printable(about + alert.sentence)}${state}`;
}
