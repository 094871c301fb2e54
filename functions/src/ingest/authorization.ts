import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether a request carries one of the valid secrets. Every secret is compared, each in constant time, so that an answer's
 * delay tells nothing of them. Two can be valid at once, so that a secret can be rotated.
 *
 * @param presented What the request carries.
 * @param secrets The valid secrets; none lets every request in.
 */
export function isAuthorized(presented: string | undefined, secrets: ReadonlySet<string>): boolean {
	if (secrets.size === 0) return true;
	const digest = sha256(presented ?? "");
	return [...secrets].map((secret) => timingSafeEqual(sha256(secret), digest)).includes(true);
}

function sha256(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}
