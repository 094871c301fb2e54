import { styleText } from "node:util";
import { allowedApps, parseSecrets } from "../../functions/src/config.ts";
import { versionPath } from "../../functions/src/firestore/paths.ts";
import { DEMO_APP } from "../../shared/demoUsers.ts";
import { shellWord } from "../../shared/shellWord.ts";
import { PORTS } from "../cli/addresses.ts";
import { simulateCommand } from "../cli/simulateCommand.ts";
import { EMULATOR_VARIABLES } from "../cli/target.ts";
import type { Suite } from "./suite.ts";

/** What the directions need to know of a suite. */
export type DirectedSuite = Pick<
	Suite,
	"projectId" | "ports" | "settings" | "statsUrl" | "firestoreHost" | "dashboardUrl" | "ui" | "environment"
>;

/** The app and the secret with which this suite takes events. */
type Sender = { readonly app: string; readonly secret: string | undefined };

const EXAMPLE_VERSION = "3.4.7";

/** What to do with a suite that runs: commands and addresses that fit its settings and ports. */
export function directions(suite: DirectedSuite): string {
	const heading = (text: string) => styleText("bold", text);
	const sender = senderFor(suite.settings);
	const statsUrl = withSecret(suite.statsUrl, sender);
	const simulation = {
		url: suite.statsUrl,
		secret: sender.secret,
		app: sender.app === DEMO_APP ? undefined : sender.app,
	};
	const event = shellWord(JSON.stringify(exampleEvent(sender.app)));
	return `
${heading("Statistics URL")}
  ${statsUrl}

${heading("Send a first event")}
  curl -H 'Content-Type: application/json' -d ${event} ${shellWord(statsUrl)}

${heading("Send a fleet's traffic")}
  ${simulateCommand(simulation)}

${heading("See how releases do")}
  ${suite.dashboardUrl}
  ${reportCommand(suite, sender)}

${heading("Look at the data")}
${dataDirections(suite, sender)}

Ctrl-C stops everything. What the functions log follows.
`;
}

function senderFor({ ALLOWED_APPS = "", STATS_SECRETS = "none" }: DirectedSuite["settings"]): Sender {
	const apps = allowedApps.parse(ALLOWED_APPS);
	const [firstApp = DEMO_APP] = apps;
	const [secret] = parseSecrets(STATS_SECRETS);
	return { app: apps.has(DEMO_APP) ? DEMO_APP : firstApp, secret };
}

function withSecret(url: string, { secret }: Sender): string {
	return secret === undefined ? url : `${url}?secret=${encodeURIComponent(secret)}`;
}

function exampleEvent(app: string) {
	return {
		platform: "android",
		device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
		app_id: app,
		version_build: "3.4.0",
		version_code: "30400",
		version_os: "15",
		version_name: EXAMPLE_VERSION,
		old_version_name: "3.4.6",
		plugin_version: "8.51.14",
		is_emulator: false,
		is_prod: true,
		action: "set",
	};
}

function reportCommand({ ports, environment }: DirectedSuite, { app }: Sender): string {
	const command = `npm run report -- --app ${shellWord(app)}`;
	if (ports.firestore === PORTS.firestore.standard && ports.auth === PORTS.auth.standard) {
		return `${command} --emulator`;
	}
	const variables = Object.values(EMULATOR_VARIABLES).map((name) => `${name}=${environment[name]}`);
	return `${[...variables, command].join(" ")}
  (these ports are not the standard ones: the same variables lead member, recount and erase here)`;
}

function dataDirections({ ui, firestoreHost, projectId }: DirectedSuite, { app }: Sender): string {
	if ("url" in ui) return `  ${ui.url}/firestore/default/data/apps`;
	const documents = `http://${firestoreHost}/v1/projects/${projectId}/databases/(default)/documents`;
	return `  The Emulator UI is off: ${ui.off}. The emulator's REST API shows the counters instead:
  curl -H 'Authorization: Bearer owner' '${documents}/${versionPath(app, EXAMPLE_VERSION)}'`;
}
