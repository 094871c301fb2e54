import { useEffect, useRef, useState } from "preact/hooks";
import type { VersionDocument } from "../../../metrics/documents.ts";
import { MAX_IDS, newestVersions, versionsNamed } from "../../../metrics/queries.ts";
import { type Database, useDatabase } from "../data/database.ts";
import { readQuery } from "../data/polled.ts";

/** Versions with the newest events that are looked at: those that are not judged yet are among them. */
const NEWEST = 20;

/** Of versions that are shown and not among the newest, so many are read again in one look. */
const MAX_OTHERS = 60;

/** Counters of versions by name; null where a version has none. One that was not read yet is missing. */
export type VersionCounters = ReadonlyMap<string, VersionDocument | null>;

/**
 * The counters of the versions that are shown, and of those with the newest events. They are read again when the app's newest
 * event is another one: first the versions with the newest events and, only when all of those changed, the others too,
 * since then there may be more.
 *
 * @param names The versions that are shown.
 * @param asOf When the app's newest event was counted, in milliseconds since the epoch; null until that is known.
 */
export function useCounters(app: string, names: readonly string[], asOf: number | null): VersionCounters {
	const database = useDatabase();
	const known = useRef(new Map<string, VersionDocument | null>());
	const lookedAsOf = useRef<number | null>(null);
	const [counters, setCounters] = useState<VersionCounters>(new Map());
	const key = names.join("\n");

	// The key stands for the names, which are a new list at each render.
	useEffect(() => {
		if (asOf === null) return;
		const look = async () => {
			const isNews = lookedAsOf.current !== asOf;
			lookedAsOf.current = asOf;
			const newest = isNews ? await readNewest(database, app, known.current) : NOTHING_NEW;
			const others = newest.areAllChanged ? names.filter((name) => !newest.names.has(name)).slice(0, MAX_OTHERS) : [];
			const missing = names.filter((name) => !known.current.has(name));
			await readNamed(database, app, new Set([...missing, ...others]), known.current);
			setCounters(new Map(known.current));
		};
		// A look that fails is made up for by the next one.
		look().catch(() => {
			lookedAsOf.current = null;
		});
	}, [database, app, key, asOf]);
	return counters;
}

type Newest = {
	readonly names: ReadonlySet<string>;
	/** Then there may be more that changed. */
	readonly areAllChanged: boolean;
};

const NOTHING_NEW: Newest = { names: new Set(), areAllChanged: false };

/** Reads the versions with the newest events. */
async function readNewest(
	database: Database,
	app: string,
	known: Map<string, VersionDocument | null>,
): Promise<Newest> {
	const newest = await readQuery<VersionDocument>(database, newestVersions(app, NEWEST));
	const changed = newest.filter((version) => eventAt(known.get(version.version_name)) !== eventAt(version));
	for (const version of newest) known.set(version.version_name, version);
	const names = new Set(newest.map(({ version_name }) => version_name));
	return { names, areAllChanged: changed.length === NEWEST };
}

async function readNamed(
	database: Database,
	app: string,
	names: ReadonlySet<string>,
	known: Map<string, VersionDocument | null>,
): Promise<void> {
	const groups = [...names].flatMap((_, index, all) =>
		index % MAX_IDS === 0 ? [all.slice(index, index + MAX_IDS)] : [],
	);
	const found = await Promise.all(
		groups.map((group) => readQuery<VersionDocument>(database, versionsNamed(app, group))),
	);
	for (const name of names) if (!known.has(name)) known.set(name, null);
	for (const version of found.flat()) known.set(version.version_name, version);
}

function eventAt(version: VersionDocument | null | undefined): number | undefined {
	return version?.last_event_at?.toMillis();
}
