import { useEffect, useRef, useState } from "preact/hooks";
import { dayBefore, startOfDay } from "../../../metrics/days.ts";
import type { DayDocument } from "../../../metrics/documents.ts";
import { daysChangedSince, daysOfVersion } from "../../../metrics/queries.ts";
import { type Database, useDatabase } from "../data/database.ts";
import { readQuery } from "../data/polled.ts";

/** A commit that is under way may carry an earlier time than one that was seen: so far back is looked again, in milliseconds. */
const OVERLAP_MS = 60_000;

/** Counters of a version's days; null where a day has none. One that was not read yet is missing. */
export type VersionDays = ReadonlyMap<string, DayDocument | null>;

type DaysWanted = {
	/** The UTC days that are shown. */
	readonly days: readonly string[];
	/** Days that changed since this moment are wanted too: 0 for all, null for none. Milliseconds since the epoch. */
	readonly changedSince: number | null;
	/** When the version's newest event was counted: a day can only have changed when this did. Undefined until it is known. */
	readonly asOf: number | null | undefined;
};

/**
 * The counters of days of a version. Each is read once, and again only when it changed, however often one looks.
 *
 * @returns Undefined until the first days are there.
 */
export function useVersionDays(app: string, version: string, wanted: DaysWanted): VersionDays | undefined {
	const database = useDatabase();
	const known = useRef(new Map<string, DayDocument | null>());
	const lookedAsOf = useRef<number | null | undefined>(undefined);
	const looking = useRef<Promise<void>>(Promise.resolve());
	const [days, setDays] = useState<VersionDays>();
	const { changedSince, asOf } = wanted;
	const key = wanted.days.join();

	// The key stands for the days, which are a new list at each render.
	useEffect(() => {
		if (asOf === undefined) return;
		const look = async () => {
			const seenAsOf = lookedAsOf.current;
			lookedAsOf.current = asOf;
			const since = seenAsOf === undefined ? changedSince : seenAsOf === asOf ? null : (seenAsOf ?? 0) - OVERLAP_MS;
			const changed =
				since === null
					? []
					: await readQuery<DayDocument>(database, daysChangedSince(app, version, Math.max(0, since)));
			for (const day of changed) known.current.set(day.day, day);
			await readMissing(database, app, version, wanted.days, known.current);
			setDays(new Map(known.current));
		};
		// One after the other, so that no day is read twice. A look that fails is made up for by the next one.
		looking.current = looking.current.then(look).catch(() => {
			lookedAsOf.current = undefined;
		});
	}, [database, app, version, key, changedSince, asOf]);
	return days;
}

async function readMissing(
	database: Database,
	app: string,
	version: string,
	wanted: readonly string[],
	known: Map<string, DayDocument | null>,
): Promise<void> {
	const missing = [...new Set(wanted)].filter((day) => !known.has(day)).toSorted();
	const runs = missing.reduce<string[][]>((found, day) => {
		const run = found.at(-1);
		if (run?.at(-1) === dayBefore(startOfDay(day), 1)) run.push(day);
		else found.push([day]);
		return found;
	}, []);
	const read = await Promise.all(
		runs.map((run) => readQuery<DayDocument>(database, daysOfVersion(app, version, run[0] ?? "", run.at(-1) ?? ""))),
	);
	for (const day of missing) known.set(day, null);
	for (const day of read.flat()) known.set(day.day, day);
}
