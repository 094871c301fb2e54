import { styleText } from "node:util";
import { utcDay } from "../functions/src/events/eventTime.ts";
import { ExplainedError, explainFailure, INTERRUPTED } from "./explainedError.ts";
import { countsTable } from "./simulate/countsTable.ts";
import { type ExpectedCounts, expectedCounts } from "./simulate/expectedCounts.ts";
import { readOptions, type SimulateOptions, USAGE } from "./simulate/options.ts";
import { checkHealth } from "./simulate/post.ts";
import { type SendProgress, type SendResult, sendRequests } from "./simulate/sendRequests.ts";
import { showProgress } from "./simulate/showProgress.ts";
import { simulateFleet } from "./simulate/simulateFleet.ts";
import { stopSignals } from "./stopSignals.ts";

const signal = stopSignals();
process.exitCode = await explainFailure(main, signal);

async function main(): Promise<number> {
	const startedAt = Date.now();
	const options = readOptions(process.argv.slice(2), startedAt);
	if (!options) {
		console.log(USAGE);
		return 0;
	}
	const result = await sendFleet(options);
	const counts = expectedCounts(result.sent, utcDay(startedAt));
	console.log(options.asJson ? json(options, result, counts) : report(options, result, counts));
	for (const warning of warnings(result, utcDay(startedAt), utcDay(Date.now()))) {
		console.error(styleText("yellow", warning, { stream: process.stderr }));
	}
	return signal.aborted ? INTERRUPTED : 0;
}

async function sendFleet(options: SimulateOptions): Promise<SendResult> {
	const health = await checkHealth(options);
	if (!health.isOk) {
		const advice = "Start the suite with npm start, or give another --url.";
		throw new ExplainedError(`Can't reach ${options.url}: ${health.problem} ${advice}`);
	}
	const requests = simulateFleet(options);
	let sent: SendProgress = { requests: 0, events: 0, retries: 0 };
	const stop = showProgress(process.stderr, () => ({
		part: sent.requests / requests.length,
		text: `${sent.requests} of ${requests.length} requests, ${sent.events} events, ${sent.retries} retries`,
	}));
	try {
		return await sendRequests(requests, { ...options, signal, onProgress: (progress) => (sent = progress) });
	} finally {
		stop();
	}
}

function json(
	{ url, secret, asJson, ...fleet }: SimulateOptions,
	{ sent, lost, retries }: SendResult,
	counts: ExpectedCounts,
) {
	return JSON.stringify({ url, fleet, requests: sent.length, lost: lost.length, retries, counts }, null, "\t");
}

function report(options: SimulateOptions, { sent, retries }: SendResult, counts: ExpectedCounts): string {
	const { appId, seed, devices, days, now, resentShare } = options;
	const again =
		`--app ${appId} --seed ${seed} --devices ${devices} --days ${days} --resend ${resentShare * 100} ` +
		`--now ${new Date(now).toISOString()}`;
	return `
${styleText("bold", "What the server should have counted, by action and version")}
(in brackets: the part of emulators and development builds)

${countsTable(counts)}

${counts.events} events of ${devices} devices count, in ${sent.length} requests; ${retries} requests had to be tried again.
Besides them ${counts.repeated} were sent a second time, and ${counts.noise} are noise that the server discards.

Compare with apps/${appId}/versions. An app that had events before has those in its counters too.
The same events again, of which those with a timestamp count nothing more:
  npm run simulate -- ${again}`;
}

function warnings({ lost }: SendResult, firstDay: string, lastDay: string): readonly string[] {
	const lostWarning =
		`${lost.length} requests failed, were not sent again, as their plugins do, and are not in these counts; ` +
		"where the server took one all the same, its counters are higher.";
	const interruption = "Interrupted: these are the counts of what was sent until then.";
	const dayWarning = `The day changed while sending: events without a timestamp are counted on ${firstDay} or ${lastDay}.`;
	return [
		...(signal.aborted ? [interruption] : []),
		...(lost.length > 0 ? [lostWarning] : []),
		...(firstDay === lastDay ? [] : [dayWarning]),
	];
}
