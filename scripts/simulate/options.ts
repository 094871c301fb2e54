import { MAX_CLOCK_LEAD_MS } from "../../functions/src/events/limits.ts";
import { DEMO_APP } from "../../web/src/session/demoUsers.ts";
import { ExplainedError } from "../explainedError.ts";
import { parseArguments } from "../parseArguments.ts";
import { DAY_MS, type FleetOptions, MAX_DAYS } from "./simulateFleet.ts";

/** The stats URL of a suite that `npm start` runs on its standard ports. */
export const LOCAL_STATS_URL = "http://127.0.0.1:5001/demo-statistics/us-central1/stats";

export const USAGE = `Sends the traffic of a fleet of devices that go through a rollout to a stats URL, and prints what the
server should have counted. The same seed, devices, days, resend, app and now send the same events.

Usage: npm run simulate -- [options]

  --url URL          where to send to, by default ${LOCAL_STATS_URL}
  --secret SECRET    the server's secret, where it asks for one
  --app APP          the app id, by default ${DEMO_APP}; a new one starts at zero
  --devices NUMBER   how many devices, by default 200
  --seed NUMBER      which fleet, by default 1
  --days NUMBER      how many days the rollout took, by default 7, at most ${MAX_DAYS}
  --now TIME         when the rollout ended, as 2026-11-25T12:00:00Z; by default now
  --resend PERCENT   how many arrays are sent twice, as after a lost answer; by default 5
  --rate NUMBER      requests a second at the most, by default 20
  --concurrency N    requests on their way at the same time, by default 2: the functions emulator
                     starts a process for each
  --json             print the counts as JSON, those of each day included`;

/** What the command line asks for. */
export type SimulateOptions = FleetOptions & {
	readonly url: string;
	readonly secret: string | undefined;
	readonly rate: number;
	readonly concurrency: number;
	readonly asJson: boolean;
};

/**
 * Reads the command line. Undefined when it asks for help.
 *
 * @param clock Milliseconds since the epoch.
 * @throws ExplainedError that names the wrong option.
 */
export function readOptions(args: readonly string[], clock: number): SimulateOptions | undefined {
	const values = parse(args);
	if (values.help) return undefined;
	const days = wholeNumber("days", values.days, 1, MAX_DAYS);
	return {
		url: statsUrl(values.url),
		secret: values.secret,
		appId: values.app,
		devices: wholeNumber("devices", values.devices, 1, 100_000),
		seed: wholeNumber("seed", values.seed, 0, Number.MAX_SAFE_INTEGER),
		days,
		now: values.now === undefined ? clock : endOfRollout(values.now, days, clock),
		resentShare: wholeNumber("resend", values.resend, 0, 100) / 100,
		rate: wholeNumber("rate", values.rate, 1, 10_000),
		concurrency: wholeNumber("concurrency", values.concurrency, 1, 100),
		asJson: values.json,
	};
}

function parse(args: readonly string[]) {
	return parseArguments({
		args: [...args],
		options: {
			url: { type: "string", default: LOCAL_STATS_URL },
			secret: { type: "string" },
			app: { type: "string", default: DEMO_APP },
			devices: { type: "string", default: "200" },
			seed: { type: "string", default: "1" },
			days: { type: "string", default: "7" },
			now: { type: "string" },
			resend: { type: "string", default: "5" },
			rate: { type: "string", default: "20" },
			concurrency: { type: "string", default: "2" },
			json: { type: "boolean", default: false },
			help: { type: "boolean", default: false },
		},
	} as const).values;
}

function wholeNumber(option: string, value: string, least: number, most: number): number {
	const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
	if (number >= least && number <= most) return number;
	throw new ExplainedError(`--${option} is ${value}: give a whole number from ${least} to ${most}.`);
}

function statsUrl(value: string): string {
	if (/^https?:$/.test(URL.parse(value)?.protocol ?? "")) return value;
	throw new ExplainedError(`--url is ${value}: give the http or https address that statsUrl has in the app.`);
}

/** The server takes timestamps of another time for those of a wrong clock, and counts such events on the day they arrive. */
function endOfRollout(value: string, days: number, clock: number): number {
	const now = Date.parse(value);
	const earliest = clock - (MAX_DAYS - days) * DAY_MS;
	const latest = clock + MAX_CLOCK_LEAD_MS;
	if (now >= earliest && now <= latest) return now;
	const between = `from ${new Date(earliest).toISOString()} to ${new Date(latest).toISOString()}`;
	throw new ExplainedError(`--now is ${value}: give a time ${between}, or the server doesn't believe the timestamps.`);
}
