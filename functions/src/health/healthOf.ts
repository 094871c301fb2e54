import type { DocumentData } from "@google-cloud/firestore";
import * as z from "zod";
import { type Advice, adviceOn } from "../releases/advice.ts";
import type { Verdict } from "../releases/judgeRate.ts";
import type { Family } from "../releases/judgeRelease.ts";
import { readVerdict } from "../watch/verdictDocument.ts";

/** Three runs of the schedule that did not happen: what it wrote may be overtaken. */
export const STALE_AFTER_MS = 15 * 60 * 1_000;

/** What is told of a release to machines. */
export type Health = {
	readonly app: string;
	readonly version: string;
	readonly verdict: Verdict;
	readonly advice: Advice;
	readonly sentence: string;
	readonly family: Family | null;
	/** The UTC day with whose devices it began; null unless it is bad. */
	readonly since: string | null;
	/** Production devices by what they have done with the release. */
	readonly devices: Readonly<Record<string, number>>;
	/** When it was judged, ISO 8601; null when it never was. A release of which nothing changes is not judged again. */
	readonly judged_at: string | null;
	/** Whether the schedule that judges stands still. */
	readonly stale: boolean;
};

const schema = z.object({
	sentence: z.string().catch("No device has tried it yet."),
	devices: z.record(z.string(), z.number()).catch({}),
});

/**
 * What a verdict's document says of a release.
 *
 * @param stored The document; undefined when there is none.
 * @param ranAt When the schedule last ran, in milliseconds since the epoch; null when it never did.
 */
export function healthOf(
	{ app, version }: { readonly app: string; readonly version: string },
	stored: DocumentData | undefined,
	ranAt: number | null,
	now: number,
): Health {
	const { verdict = "no data", family, since, judgedAt } = readVerdict(stored);
	const stale = isStale(ranAt, now);
	const { sentence, devices } = schema.parse(stored ?? {});
	return {
		app,
		version,
		verdict,
		advice: adviceOn(verdict, stale),
		sentence: stale ? `${sentence} ${staleness(ranAt)}` : sentence,
		family,
		since,
		devices,
		judged_at: judgedAt === 0 ? null : new Date(judgedAt).toISOString(),
		stale,
	};
}

/** Whether the schedule stands still, so that verdicts may be overtaken. */
export function isStale(ranAt: number | null, now: number): boolean {
	return ranAt === null || now - ranAt > STALE_AFTER_MS;
}

function staleness(ranAt: number | null): string {
	if (ranAt === null) return "Releases were never judged: the function watch does not run.";
	return `Releases were last judged at ${new Date(ranAt).toISOString()}: the function watch does not run.`;
}
