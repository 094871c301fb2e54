import { setTimeout } from "node:timers/promises";
import type { Firestore } from "@google-cloud/firestore";
import { appPath, verdictPath, versionPath } from "../../functions/src/firestore/paths.ts";
import { healthOf } from "../../functions/src/health/healthOf.ts";
import type { Verdict } from "../../functions/src/releases/judgeRate.ts";
import { isRelease } from "../../functions/src/releases/releaseBefore.ts";
import { judgeNow } from "../../functions/src/watch/judgeChanges.ts";
import { millisOf, readVerdict } from "../../functions/src/watch/verdictDocument.ts";
import { doOnData } from "../cli/dataCommand.ts";
import { ExplainedError, explainFailure } from "../cli/explainedError.ts";
import { required } from "../cli/parseArguments.ts";
import { printable } from "../cli/printable.ts";
import { progressLine } from "../cli/progressLine.ts";

const USAGE = `Tells a pipeline by its exit code whether a release is well.

Usage: npm run report -- --check --app ID --version V [--wait]

  --app ID         the app
  --version V      the release
  --wait           ask again until it is known, at the most for the time limit
  --timeout MIN    the time limit in minutes, by default 60
  --interval SEC   the pause between two questions in seconds, by default 30
  --json           print JSON`;

const NOTE = `

Exit codes: 0 it is healthy. 1 it is failing, or worse than the release before. 3 it is not known yet.
            2 it could not be asked.`;

/** What a pipeline sees. A failure to ask must not look like a release that fails, nor like one that is well. */
export const EXIT_CODES = { healthy: 0, bad: 1, notAsked: 2, notKnown: 3 } as const;

/** Counters of the last moments before a verdict may not be in it. */
const OVERLAP_MS = 60_000;

type Finding = { readonly verdict: Verdict; readonly sentence: string };

/** Does what `--check` asks for, and resolves to the exit code. */
export async function checkCommand(): Promise<number> {
	let code: number = EXIT_CODES.notAsked;
	try {
		await explainFailure(async () => {
			code = await check();
			return 0;
		});
	} catch (error) {
		console.error(error);
	}
	return code;
}

function check(): Promise<number> {
	return doOnData({
		usage: USAGE,
		note: NOTE,
		options: {
			check: { type: "boolean" },
			app: { type: "string" },
			version: { type: "string" },
			wait: { type: "boolean", default: false },
			timeout: { type: "string", default: "60" },
			interval: { type: "string", default: "30" },
			json: { type: "boolean", default: false },
		},
		read: (values) => {
			const release = { app: required(values.app, "app"), version: required(values.version, "version") };
			if (!isRelease(release.version)) throw new ExplainedError(`${release.version} is no release: it is not judged.`);
			const timeoutMs = values.wait ? readNumber("timeout", values.timeout) * 60_000 : 0;
			const intervalMs = readNumber("interval", values.interval) * 1_000;
			return { release, timeoutMs, intervalMs, isJson: values.json };
		},
		run: async ({ release, timeoutMs, intervalMs, isJson }, { db }) => {
			const { verdict, sentence } = await untilKnown(db, release, { timeoutMs, intervalMs });
			if (isJson) console.log(JSON.stringify({ ...release, verdict, sentence }));
			else console.log(printable(`${release.version} of ${release.app} is ${inWords(verdict)}. ${sentence}`));
			return codeOf(verdict);
		},
	});
}

/** Asks until a verdict is known or the time is over. Only the first question must be answered. */
async function untilKnown(
	db: Firestore,
	release: { readonly app: string; readonly version: string },
	{ timeoutMs, intervalMs }: { readonly timeoutMs: number; readonly intervalMs: number },
): Promise<Finding> {
	const startedAt = Date.now();
	let finding = await findVerdict(db, release, startedAt);
	while (codeOf(finding.verdict) === EXIT_CODES.notKnown && Date.now() - startedAt + intervalMs <= timeoutMs) {
		const minutes = Math.floor((Date.now() - startedAt) / 60_000);
		progressLine(printable(`Waiting for a verdict, ${minutes} of ${timeoutMs / 60_000} minutes. ${finding.sentence}`));
		await setTimeout(intervalMs);
		try {
			finding = await findVerdict(db, release, Date.now());
		} catch (error) {
			progressLine(`Not answered: ${error instanceof Error ? error.message : error}`);
		}
	}
	return finding;
}

/**
 * The verdict that the schedule wrote down or, where it wrote none or something was counted since, the one that it would
 * write.
 */
async function findVerdict(
	db: Firestore,
	{ app, version }: { readonly app: string; readonly version: string },
	now: number,
): Promise<Finding> {
	const [verdict, counters, appDocument] = await Promise.all([
		db.doc(verdictPath(app, version)).get(),
		db.doc(versionPath(app, version)).get(),
		db.doc(appPath(app)).get(),
	]);
	if (!counters.exists) return { verdict: "no data", sentence: "No device has tried it yet." };
	const countedAt = millisOf(counters.get("last_event_at")) ?? 0;
	if (verdict.exists && countedAt < readVerdict(verdict.data()).judgedAt - OVERLAP_MS) {
		return healthOf({ app, version }, verdict.data(), now, now);
	}
	const { judgement } = await judgeNow(db, { appId: app, limits: appDocument.get("limits") }, version, now);
	return judgement;
}

function codeOf(verdict: Verdict): number {
	switch (verdict) {
		case "healthy":
			return EXIT_CODES.healthy;
		case "failing":
		case "worse":
			return EXIT_CODES.bad;
		case "too early":
		case "no data":
			return EXIT_CODES.notKnown;
	}
}

function inWords(verdict: Verdict): string {
	switch (verdict) {
		case "worse":
			return "worse than the release before";
		case "too early":
		case "no data":
			return "not known to be well";
		case "healthy":
		case "failing":
			return verdict;
	}
}

function readNumber(option: string, text: string): number {
	const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
	if (number > 0) return number;
	throw new ExplainedError(`--${option} is ${text}: give a number above 0.`);
}
