import { isDeepStrictEqual } from "node:util";
import { type DocumentData, type DocumentSnapshot, type Firestore, Timestamp } from "@google-cloud/firestore";
import * as z from "zod";
import { MINUTE_MS } from "../events/time.ts";
import { isRefused } from "../firestore/grpcStatus.ts";
import { watchPath } from "../firestore/paths.ts";
import type { Alert } from "./alert.ts";
import { addAlert } from "./alertDocument.ts";
import { type Rhythm, rhythmAfter, silentAfter } from "./rhythm.ts";

/** What a run of the schedule sees of an app. Times are milliseconds since the epoch. */
export type AppSight = {
	readonly appId: string;
	/** When its newest event was counted; null when that is unknown. */
	readonly lastEventAt: number | null;
	/** Events that had waited when the run began; 0 when none. */
	readonly waiting: number;
};

/** What is remembered of an app from one run to the next. */
type Remembered = {
	readonly rhythm: Rhythm | undefined;
	/** Since when every run has found events waiting; null when the last one found none. Milliseconds since the epoch. */
	readonly backlogSince: number | null;
	/** Whether people were told of the backlog that there is. */
	readonly isBacklogTold: boolean;
};

/**
 * A backlog that one run finds it counts itself; one that is there again at the next run, five minutes later, is told. It is
 * the time that counts: two runs at the same moment see the same backlog.
 */
const BACKLOG_TOLD_AFTER_MS = 4 * 60 * 1_000;

/**
 * Remembers an app's rhythm and its backlog, and alerts when it falls silent by its own measure, when a backlog lasts, and
 * when either is over. Each is told once, however many runs see it.
 *
 * @param now Milliseconds since the epoch.
 */
export async function watchApp(db: Firestore, sight: AppSight, now: number): Promise<void> {
	const snapshot = await db.doc(watchPath(sight.appId)).get();
	const before = readRemembered(snapshot.data());
	const silence = watchSilence(before.rhythm, sight, now);
	const backlog = watchBacklog(before, sight, now);
	const alerts = [silence.alert, backlog.alert].flatMap((alert) => alert ?? []);
	const remembered = { rhythm: silence.rhythm, ...backlog.remembered };
	if (isDeepStrictEqual(remembered, before)) return;
	await remember(db, snapshot, sight.appId, remembered, alerts, now);
}

/** What an app's pause makes of its rhythm, and what there is to tell of it. Pure. */
export function watchSilence(
	known: Rhythm | undefined,
	{ appId, lastEventAt }: AppSight,
	now: number,
): { readonly rhythm: Rhythm | undefined; readonly alert?: Alert } {
	if (lastEventAt !== null && (known === undefined || lastEventAt > known.lastEventAt)) {
		const rhythm = rhythmAfter(known, lastEventAt);
		const sentence = `${appId} sends events again, after ${durationText(lastEventAt - (known?.lastEventAt ?? 0))}.`;
		return { rhythm, ...(known?.isSilent && { alert: { kind: "silence", isOver: true, lastEventAt, sentence } }) };
	}
	if (known === undefined || known.isSilent) return { rhythm: known };
	const end = silentAfter(known);
	if (end === null || now <= end) return { rhythm: known };
	const longest = durationText(Math.max(...Object.values(known.longestPauses)));
	const sentence =
		`No event of ${appId} for ${durationText(now - known.lastEventAt)}. ` +
		`Its longest pause in the two weeks before was ${longest}.`;
	return {
		rhythm: { ...known, isSilent: true },
		alert: { kind: "silence", isOver: false, lastEventAt: known.lastEventAt, sentence },
	};
}

/** What the events that wait make of what is remembered, and what there is to tell of it. Pure. */
export function watchBacklog(
	{ backlogSince, isBacklogTold }: Pick<Remembered, "backlogSince" | "isBacklogTold">,
	{ appId, waiting }: AppSight,
	now: number,
): { readonly remembered: Omit<Remembered, "rhythm">; readonly alert?: Alert } {
	if (waiting === 0) {
		const sentence = `All events of ${appId} are counted again.`;
		return {
			remembered: { backlogSince: null, isBacklogTold: false },
			...(isBacklogTold && { alert: { kind: "backlog", isOver: true, events: 0, sentence } }),
		};
	}
	const since = backlogSince ?? now;
	const isNews = now - since >= BACKLOG_TOLD_AFTER_MS && !isBacklogTold;
	const sentence =
		`${waiting} events of ${appId} had waited for more than ten minutes to be counted, run after run. ` +
		"They are counted by the schedule; the trigger countEvent is off, or fails.";
	return {
		remembered: { backlogSince: since, isBacklogTold: isBacklogTold || isNews },
		...(isNews && { alert: { kind: "backlog", isOver: false, events: waiting, sentence } }),
	};
}

async function remember(
	db: Firestore,
	snapshot: DocumentSnapshot,
	appId: string,
	remembered: Remembered,
	alerts: readonly Alert[],
	now: number,
): Promise<void> {
	const batch = db.batch();
	const fields = rememberedFields(remembered);
	if (snapshot.updateTime) batch.update(snapshot.ref, fields, { lastUpdateTime: snapshot.updateTime });
	else batch.create(snapshot.ref, fields);
	for (const alert of alerts) addAlert(db, batch, appId, alert, now);
	try {
		await batch.commit();
	} catch (error) {
		// Another run saw the app meanwhile, and has told.
		if (!isRefused(error)) throw error;
	}
}

const schema = z.object({
	last_event_at: z.instanceof(Timestamp).optional().catch(undefined),
	longest_pauses_ms: z.record(z.string(), z.number()).catch({}),
	is_silent: z.boolean().catch(false),
	backlog_since: z.instanceof(Timestamp).nullable().catch(null),
	is_backlog_told: z.boolean().catch(false),
});

function readRemembered(data: DocumentData | undefined): Remembered {
	const stored = schema.parse(data ?? {});
	return {
		rhythm: stored.last_event_at && {
			lastEventAt: stored.last_event_at.toMillis(),
			longestPauses: stored.longest_pauses_ms,
			isSilent: stored.is_silent,
		},
		backlogSince: stored.backlog_since?.toMillis() ?? null,
		isBacklogTold: stored.is_backlog_told,
	};
}

function rememberedFields({ rhythm, backlogSince, isBacklogTold }: Remembered): DocumentData {
	const silent = rhythm && !rhythm.isSilent ? silentAfter(rhythm) : null;
	return {
		...(rhythm && {
			last_event_at: Timestamp.fromMillis(rhythm.lastEventAt),
			longest_pauses_ms: rhythm.longestPauses,
			is_silent: rhythm.isSilent,
		}),
		// The schedule asks for it: null asks for nothing.
		silent_after: silent === null ? null : Timestamp.fromMillis(silent),
		backlog_since: backlogSince === null ? null : Timestamp.fromMillis(backlogSince),
		is_backlog_told: isBacklogTold,
	};
}

/** `3 days`, `5 hours`, `40 minutes` */
function durationText(milliseconds: number): string {
	const minutes = Math.round(milliseconds / MINUTE_MS);
	if (minutes < 120) return `${minutes} minutes`;
	const hours = Math.round(minutes / 60);
	return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
