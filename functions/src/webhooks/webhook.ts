import { type DocumentData, Timestamp } from "@google-cloud/firestore";
import * as z from "zod";
import { FORMATS } from "./formats.ts";

const timestamp = z.instanceof(Timestamp);

/** The schema of a webhook's document, and the one source of the {@link Webhook} type. `docs/data-model.md` tells the fields. */
const webhookSchema = z.object({
	url: z.string(),
	format: z.enum(FORMATS),
	secret: z.string(),
	secret_before: z.string().nullable(),
	secret_before_until: timestamp.nullable(),
	dashboard_url: z.string(),
	added_at: timestamp,
	failing_since: timestamp.nullable(),
	switched_off_at: timestamp.nullable(),
});

/** Where an app's alerts are sent. */
export type Webhook = z.output<typeof webhookSchema>;

/** Reads a webhook's document; undefined when it is none. */
export function readWebhook(data: DocumentData | undefined): Webhook | undefined {
	return webhookSchema.safeParse(data).data;
}

/** The secrets that sign what is sent now: after a rotation the old one does so for a while. */
export function secretsAt({ secret, secret_before, secret_before_until }: Webhook, now: number): readonly string[] {
	const isOldValid = secret_before !== null && (secret_before_until?.toMillis() ?? 0) > now;
	return isOldValid ? [secret, secret_before] : [secret];
}
