import { MAX_CLOCK_LEAD_MS } from "../../functions/src/events/eventTime.ts";
import { DAY_MS } from "../../functions/src/events/time.ts";
import { DEMO_APP } from "../../shared/demoUsers.ts";
import { LOCAL_STATS_URL } from "../cli/addresses.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { parseArguments } from "../cli/parseArguments.ts";
import { PLUGIN_MIXES, type PluginMix } from "./device.ts";
import { RELEASE_PLANS, type ReleasePlan } from "./releases.ts";
import { type FleetOptions, MAX_DAYS } from "./simulateFleet.ts";

/** What each choice of `--release` and `--plugins` is, for people. */
const RELEASE_MEANINGS: Readonly<Record<ReleasePlan, string>> = {
	repaired: "the third of four is rolled back by 40 % of the devices, and the fourth repairs it",
	good: "all do well",
	bad: "the newest is rolled back by 30 % of the devices, and crashes on more",
	checksum: "the newest is corrupt for half of the devices, which keep what they run",
	download: "most devices can't download the newest",
	crash: "the newest starts, then crashes on half of the devices that can tell",
	narrow: "the newest fails only on Android 9 with the native build 3.3.2",
	late: "the newest does well at first, and is rolled back by 80 % at the end",
	single: "there is only one, and it does well",
};

const PLUGIN_MEANINGS: Readonly<Record<PluginMix, string>> = {
	mixed: "mainly the newest, some of each generation, and Electron",
	newest: "the newest only",
	singles: "only those that send one request an event",
};

/** The choice that is made without the option. */
const DEFAULT_RELEASE: ReleasePlan = "repaired";
const DEFAULT_PLUGINS: PluginMix = "mixed";

/** Enough for the usual rate where an answer takes 0.4 s. */
const DEFAULT_CONCURRENCY = "8";

export const USAGE = `Sends the traffic of a fleet of devices that go through a rollout to a stats URL, and prints what the
server should have counted. The same seed, devices, days, release, plugins, resend, app and now send the same events.

Usage: npm run simulate -- [options]

  --url URL          where to send to, by default ${LOCAL_STATS_URL}
  --secret SECRET    the server's secret, where it asks for one
  --app APP          the app id, by default ${DEMO_APP}; a new one starts at zero
  --devices NUMBER   how many devices, by default 100
  --seed NUMBER      which fleet, by default 1
  --days NUMBER      how many days the rollout took, by default 7, at most ${MAX_DAYS}
  --release KIND     how its releases do; by default ${DEFAULT_RELEASE}
${listed(RELEASE_MEANINGS)}
  --plugins KIND     which plugins the devices have; by default ${DEFAULT_PLUGINS}
${listed(PLUGIN_MEANINGS)}
  --now TIME         when the rollout ended, as 2026-11-25T12:00:00Z; by default now
  --resend PERCENT   how many requests are sent twice, as after a lost answer; by default 5
  --rate NUMBER      requests a second at the most, by default 20
  --concurrency N    requests on their way at the same time at the most, by default ${DEFAULT_CONCURRENCY}
  --json             print the counts as JSON, those of each day included`;

/** What the command line asks for. */
export type SimulateOptions = FleetOptions & {
	readonly url: string;
	readonly secret: string | undefined;
	readonly rate: number;
	readonly concurrency: number;
	readonly asJson: boolean;
	readonly release: ReleasePlan;
	readonly pluginMix: PluginMix;
};

function listed(meanings: Readonly<Record<string, string>>): string {
	const lines = Object.entries(meanings).map(([name, meaning]) => `${" ".repeat(21)}${name.padEnd(9)} ${meaning}`);
	return lines.join("\n");
}

/** The options of the command line that make this fleet again, those left out that it has anyway. */
export function fleetArguments({ seed, devices, days, resentShare, now, release, pluginMix }: SimulateOptions) {
	return {
		seed,
		devices,
		days,
		release: release === DEFAULT_RELEASE ? undefined : release,
		plugins: pluginMix === DEFAULT_PLUGINS ? undefined : pluginMix,
		resend: resentShare * 100,
		now: new Date(now).toISOString(),
	};
}

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
	const release = choice("release", values.release, RELEASE_PLANS);
	const pluginMix = choice("plugins", values.plugins, PLUGIN_MIXES);
	return {
		url: statsUrl(values.url),
		secret: values.secret,
		appId: values.app,
		devices: wholeNumber("devices", values.devices, 1, 100_000),
		seed: wholeNumber("seed", values.seed, 0, Number.MAX_SAFE_INTEGER),
		days,
		now: values.now === undefined ? clock : endOfRollout(values.now, days, clock),
		release,
		releases: RELEASE_PLANS[release],
		pluginMix,
		plugins: PLUGIN_MIXES[pluginMix],
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
			devices: { type: "string", default: "100" },
			seed: { type: "string", default: "1" },
			days: { type: "string", default: "7" },
			release: { type: "string", default: DEFAULT_RELEASE },
			plugins: { type: "string", default: DEFAULT_PLUGINS },
			now: { type: "string" },
			resend: { type: "string", default: "5" },
			rate: { type: "string", default: "20" },
			concurrency: { type: "string", default: DEFAULT_CONCURRENCY },
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

function choice<Name extends string>(option: string, value: string, choices: Readonly<Record<Name, unknown>>): Name {
	const names = Object.keys(choices) as Name[];
	const chosen = names.find((name) => name === value);
	if (chosen !== undefined) return chosen;
	throw new ExplainedError(`--${option} is ${value}: give one of ${names.join(", ")}.`);
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
