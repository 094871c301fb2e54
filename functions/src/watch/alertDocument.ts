import { type DocumentData, type Firestore, Timestamp, type WriteBatch } from "@google-cloud/firestore";
import * as z from "zod";
import { alertPath, COLLECTIONS } from "../firestore/paths.ts";
import type { Alert } from "./alert.ts";
import { FAMILIES, VERDICTS } from "./verdictDocument.ts";

/**
 * Adds an alert to a commit: whatever that commit changes is told if, and only if, it is changed.
 *
 * @param now Milliseconds since the epoch.
 */
export function addAlert(db: Firestore, batch: WriteBatch, appId: string, alert: Alert, now: number): void {
	const { id } = db.collection(COLLECTIONS.alerts).doc();
	batch.create(db.doc(alertPath(appId, id)), alertDocument(appId, alert, now));
}

/** The fields of an alert's document: all that {@link readAlert} reads. `docs/data-model.md` tells them. */
function alertDocument(
	appId: string,
	alert: Alert,
	createdAt: number,
): { readonly app_id: string } & z.input<typeof schema> {
	return {
		app_id: appId,
		...fieldsOf(alert),
		created_at: Timestamp.fromMillis(createdAt),
		acknowledged_at: null,
		sent_to: {},
	};
}

function fieldsOf(alert: Alert) {
	const { sentence } = alert;
	switch (alert.kind) {
		case "release": {
			const { kind, version, verdict, verdictBefore, family, since, devices, replaces } = alert;
			const about = { version_name: version, verdict, verdict_before: verdictBefore, family, since, devices, replaces };
			return { kind, sentence, ...about };
		}
		case "silence": {
			const { kind, isOver, lastEventAt } = alert;
			return { kind, sentence, is_over: isOver, last_event_at: Timestamp.fromMillis(lastEventAt) };
		}
		case "backlog":
			return { kind: alert.kind, sentence, is_over: alert.isOver, events: alert.events };
		case "webhook": {
			const { kind, webhookId, failingSince } = alert;
			return { kind, sentence, webhook: webhookId, failing_since: Timestamp.fromMillis(failingSince) };
		}
	}
}

const time = z.instanceof(Timestamp).transform((timestamp) => timestamp.toMillis());
const shared = {
	sentence: z.string(),
	created_at: time,
	acknowledged_at: time.nullable(),
	sent_to: z.record(z.string(), time),
};

const schema = z.discriminatedUnion("kind", [
	z.object({
		...shared,
		kind: z.literal("release"),
		version_name: z.string(),
		verdict: z.enum(VERDICTS),
		verdict_before: z.enum(VERDICTS).nullable(),
		family: z.enum(FAMILIES).nullable(),
		since: z.string().nullable(),
		devices: z.number(),
		replaces: z.string().nullable(),
	}),
	z.object({ ...shared, kind: z.literal("silence"), is_over: z.boolean(), last_event_at: time }),
	z.object({ ...shared, kind: z.literal("backlog"), is_over: z.boolean(), events: z.number() }),
	z.object({ ...shared, kind: z.literal("webhook"), webhook: z.string(), failing_since: time }),
]);

/** An alert as it is stored. Times are milliseconds since the epoch. */
export type StoredAlert = {
	readonly alert: Alert;
	readonly createdAt: number;
	/** Null until somebody took note of it. */
	readonly acknowledgedAt: number | null;
	/** The webhooks that took it, by id. */
	readonly sentTo: ReadonlySet<string>;
};

/** Reads an alert's document; undefined when it is none. */
export function readAlert(data: DocumentData | undefined): StoredAlert | undefined {
	const stored = schema.safeParse(data).data;
	if (stored === undefined) return undefined;
	const { created_at: createdAt, acknowledged_at: acknowledgedAt, sent_to } = stored;
	return { alert: alertIn(stored), createdAt, acknowledgedAt, sentTo: new Set(Object.keys(sent_to)) };
}

function alertIn(stored: z.output<typeof schema>): Alert {
	const { sentence } = stored;
	switch (stored.kind) {
		case "release": {
			const { kind, version_name: version, verdict, verdict_before: verdictBefore } = stored;
			const { family, since, devices, replaces } = stored;
			return { kind, sentence, version, verdict, verdictBefore, family, since, devices, replaces };
		}
		case "silence":
			return { kind: stored.kind, sentence, isOver: stored.is_over, lastEventAt: stored.last_event_at };
		case "backlog":
			return { kind: stored.kind, sentence, isOver: stored.is_over, events: stored.events };
		case "webhook":
			return { kind: stored.kind, sentence, webhookId: stored.webhook, failingSince: stored.failing_since };
	}
}
