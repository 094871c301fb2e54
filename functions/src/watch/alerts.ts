import { type Firestore, Timestamp, type WriteBatch } from "@google-cloud/firestore";
import { alertPath, COLLECTIONS } from "../firestore/paths.ts";
import type { Verdict } from "../releases/judgeRate.ts";
import type { Family } from "../releases/judgeRelease.ts";

/** What a team is told of, whether or not somebody looks. */
export type Alert =
	| {
			readonly kind: "release";
			readonly version: string;
			readonly verdict: Verdict;
			/** The verdict that stood before; null where there was none. */
			readonly verdictBefore: Verdict | null;
			readonly family: Family | null;
			/** The UTC day with whose devices it began; null for good news. */
			readonly since: string | null;
			/** How many devices tried the release. */
			readonly devices: number;
			/** The bad release whose place a healthy one takes; null where it takes none's. */
			readonly replaces: string | null;
			readonly sentence: string;
	  }
	/** An app that used to send fell silent, or sends again. */
	| { readonly kind: "silence"; readonly isOver: boolean; readonly lastEventAt: number; readonly sentence: string }
	/** Events wait to be counted run after run, or no longer do. */
	| { readonly kind: "backlog"; readonly isOver: boolean; readonly events: number; readonly sentence: string };

/**
 * Adds an alert to a commit: whatever that commit changes is told if, and only if, it is changed.
 *
 * @param now Milliseconds since the epoch.
 */
export function addAlert(db: Firestore, batch: WriteBatch, appId: string, alert: Alert, now: number): void {
	const { id } = db.collection(COLLECTIONS.alerts).doc();
	batch.create(db.doc(alertPath(appId, id)), alertDocument(appId, alert, now));
}

/** The fields of an alert's document. `docs/data-model.md` tells them. */
function alertDocument(appId: string, alert: Alert, createdAt: number) {
	return { app_id: appId, ...fieldsOf(alert), created_at: Timestamp.fromMillis(createdAt), acknowledged_at: null };
}

function fieldsOf(alert: Alert) {
	const { kind, sentence } = alert;
	switch (alert.kind) {
		case "release": {
			const { version, verdict, verdictBefore, family, since, devices, replaces } = alert;
			const about = { version_name: version, verdict, verdict_before: verdictBefore, family, since, devices, replaces };
			return { kind, sentence, ...about };
		}
		case "silence":
			return { kind, sentence, is_over: alert.isOver, last_event_at: Timestamp.fromMillis(alert.lastEventAt) };
		case "backlog":
			return { kind, sentence, is_over: alert.isOver, events: alert.events };
	}
}
