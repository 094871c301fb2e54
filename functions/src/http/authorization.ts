import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/**
 * The secrets that a request may mean: what the query parameter `secret` or the header `x-stats-secret` holds. A `+` in a
 * URL is a space to one reader and a plus to another, and a secret may be pasted as it is: both readings are given.
 *
 * @returns None where the request carries none, or more than one parameter.
 */
export function presentedSecrets({ url = "", headers }: Pick<IncomingMessage, "url" | "headers">): readonly string[] {
	const query = url.includes("?") ? url.slice(url.indexOf("?")) : "";
	const [secret, ...others] = new URLSearchParams(query).getAll("secret");
	if (others.length > 0) return [];
	if (secret === undefined) return [headers["x-stats-secret"] ?? []].flat();
	const withPlus = new URLSearchParams(query.replaceAll("+", "%2B")).get("secret");
	return withPlus === null ? [secret] : [secret, withPlus];
}

/**
 * Whether a request carries one of the valid secrets. Every secret is compared, each in constant time, so that an answer's
 * delay tells nothing of them. Two can be valid at once, so that a secret can be rotated.
 *
 * @param presented What the request may mean by what it carries.
 * @param secrets The valid secrets; none lets every request in.
 */
export function isAuthorized(presented: readonly string[], secrets: ReadonlySet<string>): boolean {
	if (secrets.size === 0) return true;
	const digests = presented.map(sha256);
	return [...secrets]
		.map(sha256)
		.flatMap((secret) => digests.map((digest) => timingSafeEqual(secret, digest)))
		.includes(true);
}

function sha256(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}
