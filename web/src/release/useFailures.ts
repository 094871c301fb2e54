import type { QueryDocumentSnapshot } from "firebase/firestore";
import { useEffect, useRef, useState } from "preact/hooks";
import type { EventDocument } from "../../../metrics/documents.ts";
import { type FailureSearch, failuresOfVersion } from "../../../metrics/queries.ts";
import { useCounts } from "../data/counts.ts";
import { useDatabase } from "../data/database.ts";
import { readPage } from "../data/pages.ts";

/** Reports that are read at first. */
const FIRST_SIZE = 60;

/** Reports that "read more" adds. */
const MORE_SIZE = 250;

/** While no more than the first reports are shown, new ones are looked for so often, in milliseconds. */
const LOOK_AGAIN_MS = 60_000;

/** The newest reports of failures, as far as they were read. */
export type Failures = {
	readonly state: "loading" | "failed" | "ready";
	readonly events: readonly EventDocument[];
	/** How many there are; undefined until they are counted. */
	readonly total: number | undefined;
	readonly isComplete: boolean;
	/** How many reports "read more" would add. */
	readonly more: number;
};

/**
 * Reads the newest reports of a version's failures, and more of them on demand, each once.
 *
 * @param more How often more were asked for.
 * @param changedAt When the version's newest event was counted, in milliseconds since the epoch.
 */
export function useFailures(search: FailureSearch, more: number, changedAt: number | null): Failures {
	const database = useDatabase();
	const spec = failuresOfVersion(search);
	const key = JSON.stringify(spec);
	const lookedAt = Math.floor((changedAt ?? 0) / LOOK_AGAIN_MS);
	const [known, setKnown] = useState<Known>(NOTHING);
	const latest = useRef<Known>(NOTHING);
	const target = FIRST_SIZE + more * MORE_SIZE;
	const isFirst = more === 0;
	const total = useCounts(new Map([["failures", { spec, changedAt: lookedAt }]])).get("failures");

	// The key stands for the query, which is a new object at each render.
	useEffect(() => {
		let isGone = false;
		const tell = (next: Known) => {
			if (isGone) return;
			latest.current = next;
			setKnown(next);
		};
		const read = async () => {
			const before = latest.current.key === key && !isFirst ? latest.current : NOTHING;
			if (before.state === "ready" && (before.events.length >= target || before.last === null)) return;
			const page = await readPage<EventDocument>(database, spec, target - before.events.length, before.last);
			tell({ key, state: "ready", events: [...before.events, ...page.values], last: page.last });
		};
		read().catch(() => {
			if (latest.current.key !== key) tell({ key, state: "failed", events: [], last: null });
		});
		return () => {
			isGone = true;
		};
	}, [database, key, target, isFirst ? lookedAt : 0]);

	const isCurrent = known.key === key;
	return {
		state: isCurrent ? known.state : "loading",
		events: isCurrent ? known.events : [],
		total,
		isComplete: isCurrent && known.state === "ready" && known.last === null,
		more: MORE_SIZE,
	};
}

type Known = {
	readonly key: string | null;
	readonly state: "loading" | "failed" | "ready";
	readonly events: readonly EventDocument[];
	readonly last: QueryDocumentSnapshot | null;
};

const NOTHING: Known = { key: null, state: "loading", events: [], last: null };
