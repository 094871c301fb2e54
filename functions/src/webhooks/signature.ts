import { createHmac, randomBytes } from "node:crypto";

/**
 * Signatures as Standard Webhooks describes them: https://github.com/standard-webhooks/standard-webhooks, specification,
 * "Symmetric Webhook Signatures".
 */

const SECRET_PREFIX = "whsec_";

/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** A new secret, in the form in which receivers' libraries take it. */
export function newSecret(): string {
	return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64");
}

/**
 * The headers by which a receiver knows who sent a body, and what it saw before.
 *
 * @param id The same for each attempt to send a message.
 * @param sentAt Milliseconds since the epoch.
 * @param secrets More than one while a secret is rotated: each signs.
 */
export function signatureHeaders(
	id: string,
	sentAt: number,
	body: string,
	secrets: readonly string[],
): Readonly<Record<string, string>> {
	const timestamp = Math.floor(sentAt / 1_000);
	const signed = `${id}.${timestamp}.${body}`;
	return {
		"webhook-id": id,
		"webhook-timestamp": String(timestamp),
		"webhook-signature": secrets.map((secret) => `v1,${hmac(secret, signed)}`).join(" "),
	};
}

function hmac(secret: string, text: string): string {
	const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
	return createHmac("sha256", key).update(text).digest("base64");
}
