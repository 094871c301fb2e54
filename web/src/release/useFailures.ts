import type { EventDocument } from "../../../metrics/documents.ts";
import { type FailureSearch, failuresOfVersion } from "../../../metrics/queries.ts";
import { useCounts } from "../data/counts.ts";
import { usePagedQuery } from "../data/paged.ts";

/** Reports that are read at first. */
const FIRST_SIZE = 60;

/** Reports that "read more" adds. */
export const MORE_SIZE = 250;

/** While no more than the first reports are shown, new ones are looked for so often, in milliseconds. */
const LOOK_AGAIN_MS = 60_000;

/** The newest reports of failures, as far as they were read. */
export type Failures = {
	readonly state: "loading" | "failed" | "ready";
	readonly events: readonly EventDocument[];
	/** How many there are; undefined until they are counted. */
	readonly total: number | undefined;
	readonly isComplete: boolean;
};

/**
 * The newest reports of a version's failures, and more of them on demand.
 *
 * @param more How often more were asked for.
 * @param changedAt When the version's newest event was counted, in milliseconds since the epoch.
 */
export function useFailures(search: FailureSearch, more: number, changedAt: number | null): Failures {
	const spec = failuresOfVersion(search);
	const asOf = Math.floor((changedAt ?? 0) / LOOK_AGAIN_MS);
	const { values, ...read } = usePagedQuery<EventDocument>(spec, FIRST_SIZE + more * MORE_SIZE, asOf);
	const total = useCounts(new Map([["failures", { spec, changedAt: asOf }]])).get("failures");
	return { ...read, events: values, total };
}
