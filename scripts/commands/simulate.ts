import { styleText } from "node:util";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { quantity } from "../../metrics/format.ts";
import { ExplainedError, explainFailure, INTERRUPTED } from "../cli/explainedError.ts";
import { reportCommand } from "../cli/reportCommand.ts";
import { showProgress } from "../cli/showProgress.ts";
import { simulateCommand } from "../cli/simulateCommand.ts";
import { stopSignals } from "../cli/stopSignals.ts";
import { countsTable, devicesTable } from "../fleet/countsTable.ts";
import { type ExpectedCounts, expectedCounts } from "../fleet/expectedCounts.ts";
import { type ExpectedDevices, expectedDevices } from "../fleet/expectedDevices.ts";
import { fleetArguments, readOptions, type SimulateOptions, USAGE } from "../fleet/options.ts";
import { checkHealth } from "../fleet/post.ts";
import { type SendProgress, type SendResult, sendRequests } from "../fleet/sendRequests.ts";
import { simulateFleet } from "../fleet/simulateFleet.ts";

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
	const expected = {
		counts: expectedCounts(result.sent, utcDay(startedAt)),
		devices: expectedDevices(result.sent, utcDay(startedAt)),
	};
	console.log(options.asJson ? json(options, result, expected) : report(options, result, expected));
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
	const stop = showProgress(() => ({
		part: sent.requests / requests.length,
		text: `${sent.requests} of ${requests.length} requests, ${sent.events} events, ${sent.retries} retries`,
	}));
	try {
		return await sendRequests(requests, { ...options, signal, onProgress: (progress) => (sent = progress) });
	} finally {
		stop();
	}
}

type Expected = { readonly counts: ExpectedCounts; readonly devices: ExpectedDevices };

function json(
	{ url, secret, asJson, releases, plugins, ...fleet }: SimulateOptions,
	{ sent, lost, retries }: SendResult,
	expected: Expected,
) {
	return JSON.stringify({ url, fleet, requests: sent.length, lost: lost.length, retries, ...expected }, null, "\t");
}

function report(options: SimulateOptions, { sent, retries }: SendResult, expected: Expected): string {
	const { url, appId } = options;
	const { counts } = expected;
	const again = { url, app: appId, ...fleetArguments(options) };
	return `
${styleText("bold", "What the server should have counted, by action and version")}
(in brackets: the part of emulators and development builds)

${countsTable(counts)}

${styleText("bold", "What the devices did, by release")}

${devicesTable(expected.devices)}

${quantity(counts.events, "events")} of ${quantity(options.devices, "devices")} in ${quantity(sent.length, "requests")}; tried again: ${quantity(retries, "requests")}.
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
