import { type DocumentData, Timestamp } from "@google-cloud/firestore";
import * as z from "zod";
import { FLAGS } from "../devices/flags.ts";
import type { DayCounts } from "../releases/cohorts.ts";
import type { Verdict } from "../releases/judgeRate.ts";
import { appearedOn, type Family, type Judgement } from "../releases/judgeRelease.ts";
import { sumOfDevices } from "../releases/productionDevices.ts";
import type { Standing } from "../releases/standingVerdict.ts";

/** What is remembered of a version from one run of the schedule to the next. */
export type StoredVerdict = Standing & {
	/** Production devices by the UTC day on which they first tried the version. */
	readonly cohorts: readonly DayCounts[];
	/** The bad release whose place it took, as people were told; null where it took none's. */
	readonly replaces: string | null;
	/** When its first event arrived, in milliseconds since the epoch; null when unknown. */
	readonly firstEventAt: number | null;
	/** When it was judged, in milliseconds since the epoch: what changed before that is in it. */
	readonly judgedAt: number;
};

export const FAMILIES = ["updates", "downloads", "crashes"] as const satisfies readonly Family[];

export const VERDICTS = ["failing", "worse", "healthy", "too early", "no data"] as const satisfies readonly Verdict[];

const schema = z.object({
	cohorts: z.record(z.string(), z.partialRecord(z.enum(FLAGS), z.number())).catch({}),
	verdict: z.enum(VERDICTS).optional().catch(undefined),
	family: z.enum(FAMILIES).nullable().catch(null),
	since: z.iso.date().nullable().catch(null),
	replaces: z.string().nullable().catch(null),
	first_event_at: z.instanceof(Timestamp).nullable().catch(null),
	judged_at: z.instanceof(Timestamp).optional().catch(undefined),
});

/** Reads what {@link verdictDocument} wrote. What is missing is read from the counters again. */
export function readVerdict(data: DocumentData | undefined): StoredVerdict {
	const { cohorts, judged_at, first_event_at, ...stored } = schema.parse(data ?? {});
	const days = Object.entries(cohorts).map(([day, devices]) => ({ day, devices }));
	return {
		...stored,
		verdict: stored.verdict,
		cohorts: days,
		firstEventAt: millisOf(first_event_at),
		judgedAt: days.length === 0 ? 0 : (judged_at?.toMillis() ?? 0),
	};
}

/** A judged version. */
export type JudgedVersion = {
	readonly appId: string;
	readonly version: string;
	readonly cohorts: readonly DayCounts[];
	/** With the verdict that stands. */
	readonly judgement: Judgement;
	/** Whether it was taken off the lists that people see. */
	readonly isHidden: boolean;
	/** The bad release whose place it took when it became healthy; null where it took none's. */
	readonly replaces: string | null;
	/** When its first event arrived, in milliseconds since the epoch; null when unknown. */
	readonly firstEventAt: number | null;
	/** When it is to be judged once more though nothing changes; null when never. Milliseconds since the epoch. */
	readonly rejudgeAt: number | null;
	readonly judgedAt: number;
};

/** The fields of a verdict's document. `docs/data-model.md` tells them. */
export function verdictDocument(judged: JudgedVersion) {
	const { appId, version, cohorts, judgement, isHidden, replaces, firstEventAt, rejudgeAt, judgedAt } = judged;
	const appeared = appearedOn(cohorts);
	const installed = cohorts.filter(({ devices }) => (devices.installed ?? 0) > 0).map(({ day }) => day);
	return {
		app_id: appId,
		version_name: version,
		...judgement,
		devices: sumOfDevices(cohorts.map(({ devices }) => devices)),
		cohorts: Object.fromEntries(cohorts.map(({ day, devices }) => [day, devices])),
		// Lists ask for it: they hold neither what is hidden nor what hardly any device tried.
		...(appeared !== null && !isHidden && { appeared_on: appeared }),
		first_installed_on: installed.toSorted()[0] ?? null,
		first_event_at: timeOf(firstEventAt),
		replaces,
		rejudge_at: timeOf(rejudgeAt),
		judged_at: Timestamp.fromMillis(judgedAt),
	};
}

function timeOf(milliseconds: number | null): Timestamp | null {
	return milliseconds === null ? null : Timestamp.fromMillis(milliseconds);
}

/** A stored time in milliseconds since the epoch; null where there is none. */
export function millisOf(time: unknown): number | null {
	return time instanceof Timestamp ? time.toMillis() : null;
}
