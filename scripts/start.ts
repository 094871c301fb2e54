import { styleText } from "node:util";
import { ExplainedError, explainFailure } from "./explainedError.ts";
import { parseArguments } from "./parseArguments.ts";
import { buildDashboard, buildFunctions, step } from "./steps.ts";
import { aborted, stopSignals } from "./stopSignals.ts";
import { PORTS } from "./suite/ports.ts";
import { type Suite, startSuite } from "./suite/suite.ts";

const USAGE = `Builds the functions and runs them with Firestore on the official emulators, until Ctrl-C.

Usage: npm start

Settings are read from functions/.env, functions/.env.local and functions/.secret.local, where those exist.
Free ports are found. These variables pin one:
${Object.entries(PORTS)
	.map(([name, { variable, standard }]) => `  ${variable.padEnd(32)}${name}, by default ${standard}`)
	.join("\n")}`;

const EXAMPLE = { app: "com.example.shop", version: "3.4.7" };

const EXAMPLE_EVENT = {
	platform: "android",
	device_id: "0b5f3a52-6c1e-4a43-9d53-0d8f1d1c9a11",
	app_id: EXAMPLE.app,
	version_build: "3.4.0",
	version_code: "30400",
	version_os: "15",
	version_name: EXAMPLE.version,
	old_version_name: "3.4.6",
	plugin_version: "8.51.14",
	is_emulator: false,
	is_prod: true,
	action: "set",
};

const signal = stopSignals();
process.exitCode = await explainFailure(main, signal);

async function main(): Promise<number> {
	const { values } = parseArguments({ options: { help: { type: "boolean" } } } as const);
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	await Promise.all([step("Build the functions", buildFunctions), step("Build the dashboard", buildDashboard)]);
	const emulators = ["functions", "firestore", "auth", "hosting"] as const;
	const suite = await step("Start the emulators", () =>
		startSuite({ emulators, ports: "standard", ui: true, readLocalSettings: true, signal }),
	);
	console.log(directions(suite));
	suite.log.onLine(showNews);
	await Promise.race([aborted(signal), suite.ended]);
	await step("Stop the emulators", suite.stop);
	if (!signal.aborted) {
		throw new ExplainedError(`The emulators ended by themselves. Their last words:\n${suite.log.tail(20)}`);
	}
	return 0;
}

function directions(suite: Suite): string {
	const heading = (text: string) => styleText("bold", text);
	const send = `curl -H 'Content-Type: application/json' -d '${JSON.stringify(EXAMPLE_EVENT)}' ${suite.statsUrl}`;
	return `
${heading("Statistics URL")}
  ${suite.statsUrl}

${heading("Send a first event")}
  ${send}

${heading("See how releases do")}
  ${suite.dashboardUrl}   (npm run simulate fills it with a fleet's traffic)

${heading("Look at the data")}
${dataDirections(suite)}

Ctrl-C stops everything. What the functions log follows.
`;
}

function dataDirections({ ui, firestoreHost, projectId }: Suite): string {
	if ("url" in ui) {
		return `  ${ui.url}/firestore/default/data/apps`;
	}
	const documents = `http://${firestoreHost}/v1/projects/${projectId}/databases/(default)/documents`;
	const version = `${documents}/apps/${EXAMPLE.app}/versions/${EXAMPLE.version}`;
	return `  The Emulator UI is off: ${ui.off}. The emulator's REST API shows the counters instead:
  curl -H 'Authorization: Bearer owner' '${version}'`;
}

/** Of what the CLI prints, passes on what the functions log (">") and what went wrong ("⚠", "⬢"; "!", "!!" on Windows). */
function showNews(line: string): void {
	if (/^(>|⚠|⬢|!!?) /u.test(line)) {
		console.log(line);
	}
}
