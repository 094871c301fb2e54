import { randomBytes } from "node:crypto";
import { type DocumentReference, type Firestore, Timestamp } from "@google-cloud/firestore";
import { DAY_MS } from "../../src/events/time.ts";
import { webhooksPath } from "../../src/firestore/paths.ts";
import type { Format } from "../../src/webhooks/formats.ts";
import { testMessage } from "../../src/webhooks/message.ts";
import type { Outcome, Post } from "../../src/webhooks/post.ts";
import { sendMessage } from "../../src/webhooks/sendAlert.ts";
import { newSecret } from "../../src/webhooks/signature.ts";
import { readWebhook, type Webhook } from "../../src/webhooks/webhook.ts";

/** Each alert is sent to all of them at the same time, by one instance. */
export const MAX_WEBHOOKS = 10;

/** After a rotation the old secret signs, too, for so long, in milliseconds. */
export const OLD_SECRET_LIFE_MS = DAY_MS;

const ID_BYTES = 5;

/** A webhook as people see it. */
export type ListedWebhook = { readonly id: string; readonly webhook: Webhook };

/** What a new webhook is given. */
export type NewWebhook = {
	readonly appId: string;
	/** One that `checkUrl` took. */
	readonly url: string;
	readonly format: Format;
	/** The page to which its messages link. */
	readonly dashboardUrl: string;
};

/**
 * Adds a webhook. It gets what happens from now on.
 *
 * @returns Its id and the secret that signs; undefined when the app has as many as it may have.
 */
export async function addWebhook(
	db: Firestore,
	{ appId, url, format, dashboardUrl }: NewWebhook,
	now: Date,
): Promise<{ readonly id: string; readonly secret: string } | undefined> {
	const collection = db.collection(webhooksPath(appId));
	const { size } = await collection.get();
	if (size >= MAX_WEBHOOKS) return undefined;
	const id = randomBytes(ID_BYTES).toString("hex");
	const webhook: Webhook = {
		url,
		format,
		secret: newSecret(),
		secret_before: null,
		secret_before_until: null,
		dashboard_url: dashboardUrl,
		added_at: Timestamp.fromDate(now),
		failing_since: null,
		switched_off_at: null,
	};
	await collection.doc(id).create({ app_id: appId, ...webhook });
	return { id, secret: webhook.secret };
}

/** The webhooks of an app, oldest first. */
export async function listWebhooks(db: Firestore, appId: string): Promise<readonly ListedWebhook[]> {
	const { docs } = await db.collection(webhooksPath(appId)).get();
	return docs
		.flatMap((snapshot) => {
			const webhook = readWebhook(snapshot.data());
			return webhook ? [{ id: snapshot.id, webhook }] : [];
		})
		.toSorted((a, b) => a.webhook.added_at.toMillis() - b.webhook.added_at.toMillis());
}

/** @returns Whether there was such a webhook. */
export async function removeWebhook(db: Firestore, appId: string, id: string): Promise<boolean> {
	const ref = reference(db, appId, id);
	const { exists } = await ref.get();
	await ref.delete();
	return exists;
}

/**
 * Gives a webhook a new secret. For a day the old one signs, too, so that a receiver can change over.
 *
 * @returns The new secret; undefined when there is no such webhook.
 */
export async function rotateSecret(db: Firestore, appId: string, id: string, now: Date): Promise<string | undefined> {
	const ref = reference(db, appId, id);
	const webhook = readWebhook((await ref.get()).data());
	if (webhook === undefined) return undefined;
	const secret = newSecret();
	await ref.update({
		secret,
		secret_before: webhook.secret,
		secret_before_until: Timestamp.fromMillis(now.getTime() + OLD_SECRET_LIFE_MS),
	});
	return secret;
}

/** Sends a webhook a message that says it is a test. One that takes it is switched on again, if it was off. */
export async function tryWebhook(
	db: Firestore,
	appId: string,
	{ id, webhook }: ListedWebhook,
	world: { readonly now: () => number; readonly post: (post: Post) => Promise<Outcome> },
): Promise<Outcome> {
	const messageId = `test-${randomBytes(ID_BYTES).toString("hex")}`;
	const message = testMessage(messageId, appId, world.now(), webhook.dashboard_url);
	const outcome = await sendMessage(webhook, message, world);
	if (outcome.ok) await reference(db, appId, id).update({ failing_since: null, switched_off_at: null });
	return outcome;
}

function reference(db: Firestore, appId: string, id: string): DocumentReference {
	return db.collection(webhooksPath(appId)).doc(id);
}
