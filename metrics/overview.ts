import { type Audience, countsOf, type ReleaseHealth, releaseHealth, type TrendDay, trendOf } from "./definitions.ts";
import type { DayDocument, VersionDocument } from "./documents.ts";

/** One row of the overview. */
export type VersionSummary = ReleaseHealth & {
	readonly version: string;
	/** Null until it is known. */
	readonly activeDevices: number | null;
	readonly trend: readonly TrendDay[];
	/** Milliseconds since the epoch; null when the version was never counted. */
	readonly lastEventAt: number | null;
};

/** What a row is made of besides the version's document. */
export type SummaryInput = {
	readonly audience: Audience;
	/** The UTC days of the trend, oldest first. */
	readonly days: readonly string[];
	readonly dayDocuments: readonly DayDocument[];
	readonly activeDevices: number | null;
};

/** Summarizes a version for the overview. */
export function summarizeVersion(document: VersionDocument, input: SummaryInput): VersionSummary {
	return {
		version: document.version_name,
		...releaseHealth(countsOf(document, input.audience)),
		activeDevices: input.activeDevices,
		trend: trendOf(input.days, input.dayDocuments, input.audience),
		lastEventAt: document.last_event_at?.toMillis() ?? null,
	};
}
