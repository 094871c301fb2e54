import { styleText } from "node:util";
import { utcDay } from "../functions/src/events/eventTime.ts";
import { ExplainedError, explainFailure, INTERRUPTED } from "./explainedError.ts";
import { quantity } from "./quantity.ts";
import { countsTable } from "./simulate/countsTable.ts";
import { type ExpectedCounts, expectedCounts } from "./simulate/expectedCounts.ts";
import { readOptions, type SimulateOptions, USAGE } from "./simulate/options.ts";
import { checkHealth } from "./simulate/post.ts";
import { reportCommand } from "./simulate/reportCommand.ts";
import { type SendProgress, type SendResult, sendRequests } from "./simulate/sendRequests.ts";
import { showProgress } from "./simulate/showProgress.ts";
import { simulateCommand } from "./simulate/simulateCommand.ts";
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
		const outcome = health.isAnswered ? `${options.url} answered` : `Can't reach ${options.url}:`;
		throw new ExplainedError(`${outcome} ${health.problem} ${health.remedy}`);
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
	const { url, appId, seed, devices, days, now, resentShare } = options;
	const resend = resentShare * 100;
	const again = { url, app: appId, seed, devices, days, resend, now: new Date(now).toISOString() };
	return `
${styleText("bold", "What the server should have counted, by action and version")}
(in brackets: the part of emulators and development builds)

${countsTable(counts)}

${quantity(counts.events, "events")} of ${quantity(devices, "devices")} in ${quantity(sent.length, "requests")}; tried again: ${quantity(retries, "requests")}.
Besides them, sent a second time: ${counts.repeated}; noise that the server discards: ${counts.noise}.

Compare with the counters in apps/${appId}/versions, which this command sums up. An app that had events before has those in
its counters too.
  ${reportCommand(url, appId)}
The same events again, of which those with a timestamp count nothing more:
  ${simulateCommand(again)}`;
}

function warnings({ lost }: SendResult, firstDay: string, lastDay: string): readonly string[] {
	const lostWarning =
		`Not sent again after a failure, as the plugin does it, and not in these counts: ${quantity(lost.length, "requests")}; ` +
		"where the server took one all the same, its counters are higher.";
	const interruption = "Interrupted: these are the counts of what was sent until then.";
	const dayWarning = `The day changed while sending: events without a timestamp are counted on ${firstDay} or ${lastDay}.`;
	return [
		...(signal.aborted ? [interruption] : []),
		...(lost.length > 0 ? [lostWarning] : []),
		...(firstDay === lastDay ? [] : [dayWarning]),
	];
}
