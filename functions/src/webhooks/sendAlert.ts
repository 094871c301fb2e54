import { type DocumentReference, type DocumentSnapshot, type Firestore, Timestamp } from "@google-cloud/firestore";
import { DAY_MS } from "../events/time.ts";
import { appIdOfPath, webhooksPath } from "../firestore/paths.ts";
import { addAlert, readAlert, type StoredAlert } from "../watch/alertDocument.ts";
import { bodyOf } from "./formats.ts";
import { type Message, messageOf } from "./message.ts";
import type { Outcome, Post } from "./post.ts";
import { signatureHeaders } from "./signature.ts";
import { readWebhook, secretsAt, type Webhook } from "./webhook.ts";

/**
 * A webhook that failed for so long is switched off, and an alert so old is sent no more. Not quite a day: the platform
 * stops to deliver an event again after 24 hours, and pauses for up to ten minutes before each attempt.
 *
 * Source: https://cloud.google.com/eventarc/docs/retry-events
 */
export const GIVE_UP_AFTER_MS = DAY_MS - 60 * 60 * 1_000;

/** What sending needs of the world. */
export type SendOptions = {
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	readonly post: (post: Post) => Promise<Outcome>;
	/** Hears of each attempt that failed, by the webhook's id. */
	readonly onFailure: (appId: string, webhookId: string, reason: string) => void;
};

/** Thrown when an alert must be sent once more. */
export class NotSentError extends Error {
	override readonly name = "NotSentError";
}

/**
 * Sends an alert to the webhooks of its app that have not taken it yet. What was sent is noted in the alert, so that a
 * repetition reaches only those that failed; after a crash in between a webhook gets it twice, with the same id.
 *
 * @throws NotSentError when a webhook did not take it and it is to be delivered again.
 */
export async function sendAlert(db: Firestore, ref: DocumentReference, options: SendOptions): Promise<void> {
	const appId = appIdOfPath(ref.path);
	const [alert, { docs }] = await Promise.all([ref.get(), db.collection(webhooksPath(appId)).get()]);
	const stored = readAlert(alert.data());
	if (stored === undefined) return;
	const receivers = docs.filter((snapshot) => isReceiver(snapshot, stored));
	const sent = await Promise.all(receivers.map((snapshot) => sendTo(db, ref, stored, snapshot, options)));
	const isGivenUp = options.now() - stored.createdAt >= GIVE_UP_AFTER_MS;
	if (sent.includes(false) && !isGivenUp) throw new NotSentError("A webhook did not take the alert.");
}

/** Sends a message once. */
export function sendMessage(
	{ url, format, ...webhook }: Webhook,
	message: Message,
	{ now, post }: Pick<SendOptions, "now" | "post">,
): Promise<Outcome> {
	const body = bodyOf(format, message);
	const sentAt = now();
	return post({
		url,
		body,
		headers: signatureHeaders(message.id, sentAt, body, secretsAt({ ...webhook, url, format }, sentAt)),
	});
}

/** A webhook gets what happened after it was added. */
function isReceiver(snapshot: DocumentSnapshot, { createdAt, sentTo }: StoredAlert): boolean {
	const webhook = readWebhook(snapshot.data());
	if (webhook === undefined || webhook.switched_off_at !== null) return false;
	return webhook.added_at.toMillis() <= createdAt && !sentTo.has(snapshot.id);
}

/** Resolves to false when the alert must be sent to this webhook once more. */
async function sendTo(
	db: Firestore,
	ref: DocumentReference,
	{ alert, createdAt }: StoredAlert,
	snapshot: DocumentSnapshot,
	options: SendOptions,
): Promise<boolean> {
	const webhook = readWebhook(snapshot.data());
	if (webhook === undefined) return true;
	const appId = appIdOfPath(ref.path);
	const message = messageOf({ id: ref.id, appId, at: createdAt, alert }, webhook.dashboard_url);
	const outcome = await sendMessage(webhook, message, options);
	const now = options.now();
	if (outcome.ok) {
		const batch = db.batch();
		batch.update(ref, { [`sent_to.${snapshot.id}`]: Timestamp.fromMillis(now) });
		if (webhook.failing_since !== null) batch.update(snapshot.ref, { failing_since: null });
		await batch.commit();
		return true;
	}
	options.onFailure(appId, snapshot.id, outcome.reason);
	const failingSince = webhook.failing_since?.toMillis() ?? now;
	if (outcome.isGone || now - failingSince >= GIVE_UP_AFTER_MS) {
		await switchOff(db, snapshot, { appId, webhook, failingSince, reason: outcome.reason }, now);
		return true;
	}
	if (webhook.failing_since === null) await snapshot.ref.update({ failing_since: Timestamp.fromMillis(now) });
	return false;
}

type Ending = {
	readonly appId: string;
	readonly webhook: Webhook;
	readonly failingSince: number;
	readonly reason: string;
};

/**
 * Switches a webhook off and tells so, once: of several deliveries that give up at the same time one is let through, and
 * the others find it switched off when they are delivered again.
 */
async function switchOff(
	db: Firestore,
	snapshot: DocumentSnapshot,
	{ appId, webhook, failingSince, reason }: Ending,
	now: number,
): Promise<void> {
	const { ref, id, updateTime } = snapshot;
	const batch = db.batch();
	const fields = { switched_off_at: Timestamp.fromMillis(now), failing_since: Timestamp.fromMillis(failingSince) };
	batch.update(ref, fields, updateTime ? { lastUpdateTime: updateTime } : {});
	const sentence =
		`The webhook ${id} (${webhook.format}) was switched off: ${reason}. ` +
		"Nothing is sent to it until npm run webhook -- test reaches it.";
	addAlert(db, batch, appId, { kind: "webhook", webhookId: id, failingSince, sentence }, now);
	await batch.commit();
}
