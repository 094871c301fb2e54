import { PORTS } from "../cli/addresses.ts";
import { runCommand } from "../cli/command.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { buildDashboard, buildFunctions, step } from "../cli/steps.ts";
import { aborted, stopSignals } from "../cli/stopSignals.ts";
import { directions } from "../emulators/directions.ts";
import { type Schedule, startSchedule } from "../emulators/schedule.ts";
import { type Suite, startSuite } from "../emulators/suite.ts";

const USAGE = `Builds the functions and runs them with Firestore on the official emulators, until Ctrl-C.

Usage: npm start

Settings are read from functions/.env, functions/.env.local and functions/.secret.local, where those exist.
Free ports are found. These variables pin one:
${Object.entries(PORTS)
	.map(([name, { variable, standard }]) => `  ${variable.padEnd(32)}${name}, by default ${standard}`)
	.join("\n")}`;

/** What the functions emulator says before the error with which the functions' module ended (firebase-tools 14.27, 15.34). */
const LOAD_FAILURE = "Failed to initialize and load triggers. This shouldn't happen:";

const signal = stopSignals();
await runCommand({ usage: USAGE, options: {}, run: main }, signal);

async function main(): Promise<number> {
	await Promise.all([step("Build the functions", buildFunctions), step("Build the dashboard", buildDashboard)]);
	const emulators = ["functions", "firestore", "auth", "hosting"] as const;
	const suite = await step("Start the emulators", () =>
		startSuite({ emulators, ports: "standard", ui: true, readLocalSettings: true, signal }),
	);
	const schedule = await startFunctions(suite);
	console.log(directions(suite));
	suite.log.onLine(showNews);
	await Promise.race([aborted(signal), suite.ended]);
	await step("Stop the emulators", () => Promise.all([schedule.stop(), suite.stop()]));
	if (!signal.aborted) {
		throw new ExplainedError(`The emulators ended by themselves. Their last words:\n${suite.log.tail(20)}`);
	}
	return 0;
}

/** Waits until the functions answer, and starts what calls the scheduled one. Where that fails, nothing goes on running. */
async function startFunctions(suite: Suite): Promise<Schedule> {
	try {
		await step("Start the functions", () => untilAnswering(suite));
		return await step("Start the schedule", () => startSchedule(suite, showScheduleNews));
	} catch (error) {
		await suite.stop();
		throw error;
	}
}

/**
 * Sends a first request, which starts the functions' process.
 *
 * @throws ExplainedError with what the function says when it does not start, as with a setting out of range: the emulator
 * itself would leave each request without an answer.
 */
async function untilAnswering({ statsUrl, log }: Suite): Promise<void> {
	const end = new AbortController();
	const forgetLog = log.onLine((line) => {
		if (line.includes(LOAD_FAILURE)) end.abort(line.slice(line.indexOf(LOAD_FAILURE) + LOAD_FAILURE.length).trim());
	});
	try {
		const response = await fetch(statsUrl, { signal: AbortSignal.any([end.signal, signal]) });
		if (!response.ok) throw new ExplainedError(`The functions answer ${response.status}:\n${log.tail(10)}`);
	} catch (error) {
		if (!end.signal.aborted) throw error;
		throw new ExplainedError(`The functions don't start. ${end.signal.reason}`);
	} finally {
		forgetLog();
	}
}

/** What the schedule logs is a JSON object a line; what the framework says beside it is no news. */
function showScheduleNews(line: string): void {
	if (line.includes("log_event")) console.log(line);
}

/** Of what the CLI prints, passes on what the functions log (">") and what went wrong ("⚠", "⬢"; "!", "!!" on Windows). */
function showNews(line: string): void {
	if (/^(>|⚠|⬢|!!?) /u.test(line)) console.log(line);
}
