import { useEffect, useRef, useState } from "preact/hooks";
import { utcDay } from "../../../functions/src/events/eventTime.ts";
import { dayBefore, startOfDay } from "../../../metrics/days.ts";
import type { DayDocument, VersionDocument } from "../../../metrics/documents.ts";
import { daysOfVersion } from "../../../metrics/queries.ts";
import { type Database, useDatabase } from "../data/database.ts";
import { readQuery } from "../data/polled.ts";
import { useNow } from "../ui/now.tsx";
import type { VersionCounters } from "./useCounters.ts";

/** Failed checks of production devices, by UTC day. */
export type FailedChecks = { readonly today: number; readonly yesterday: number };

/**
 * The failed checks of the versions whose counters are at hand; undefined until they are known. A version's days are read
 * when its failed checks are others than at the last look, and only where it had some.
 */
export function useFailedChecks(app: string, counters: VersionCounters): FailedChecks | undefined {
	const database = useDatabase();
	const now = useNow();
	const [today, yesterday] = [utcDay(now), dayBefore(now, 1)];
	const known = useRef(new Map<string, CheckedVersion>());
	const [checks, setChecks] = useState<FailedChecks>();
	const versions = [...counters.values()].filter((version) => hasChecksSince(version, startOfDay(yesterday)));
	const key = versions.map(({ version_name, failed_checks }) => `${version_name} ${failed_checks}`).join("\n");
	const isReady = counters.size > 0;

	// The key stands for the versions, which are a new list at each render.
	useEffect(() => {
		if (!isReady) return;
		let isGone = false;
		const look = async () => {
			await Promise.all(
				versions.map(async ({ version_name: version, failed_checks: total = 0 }) => {
					const before = known.current.get(version);
					if (before?.readOn === today && before.total === total) return;
					const from = before?.readOn === today ? today : yesterday;
					const read = await readDays(database, app, version, { from, to: today });
					known.current.set(version, { total, readOn: today, days: new Map([...(before?.days ?? []), ...read]) });
				}),
			);
			if (!isGone) setChecks({ today: sumOn(today, known.current), yesterday: sumOn(yesterday, known.current) });
		};
		// A look that fails is made up for by the next one.
		look().catch(() => {});
		return () => {
			isGone = true;
		};
	}, [database, app, isReady, key, today]);
	return checks;
}

type CheckedVersion = {
	/** Its failed checks of all days, when its days were read. */
	readonly total: number;
	readonly readOn: string;
	readonly days: ReadonlyMap<string, number>;
};

function hasChecksSince(version: VersionDocument | null, since: number): version is VersionDocument {
	if (version === null || version.hidden) return false;
	return (version.failed_checks ?? 0) > 0 && (version.last_event_at?.toMillis() ?? 0) >= since;
}

async function readDays(
	database: Database,
	app: string,
	version: string,
	{ from, to }: { readonly from: string; readonly to: string },
): Promise<readonly (readonly [day: string, failedChecks: number])[]> {
	const days = await readQuery<DayDocument>(database, daysOfVersion(app, version, from, to));
	return days.map(({ day, failed_checks = 0 }) => [day, failed_checks] as const);
}

function sumOn(day: string, versions: ReadonlyMap<string, CheckedVersion>): number {
	return [...versions.values()].reduce((sum, { days }) => sum + (days.get(day) ?? 0), 0);
}
