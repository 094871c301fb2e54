import { createHash, randomBytes } from "node:crypto";
import { tokensPath } from "../firestore/paths.ts";

/** So that whoever finds one in a place where it shouldn't be knows what it is. */
const PREFIX = "cus_";

const TOKEN_BYTES = 32;

/** A new token. It is shown once: only its hash is stored. */
export function newToken(): string {
	return PREFIX + randomBytes(TOKEN_BYTES).toString("base64url");
}

/** The document that lets a token read one app. A token is random enough for its hash to need no salt. */
export function tokenPath(appId: string, token: string): string {
	return `${tokensPath(appId)}/${createHash("sha256").update(token).digest("hex")}`;
}

/** The token that a request carries; undefined when none. */
export function presentedToken(authorization: string | undefined): string | undefined {
	return authorization?.match(/^Bearer +(\S+) *$/i)?.[1];
}
