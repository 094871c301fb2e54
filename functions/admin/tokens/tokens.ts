import { type Firestore, Timestamp } from "@google-cloud/firestore";
import { tokensPath } from "../../src/firestore/paths.ts";
import { newToken, tokenPath } from "../../src/health/token.ts";

/** A token as people see it: what it is for, and since when it is. The token itself is nowhere. */
export type ListedToken = { readonly name: string; readonly addedAt: Date };

/**
 * Makes a token that reads one app's health and metrics.
 *
 * @param name What it is for: by it, it is found and removed.
 * @returns The token, which can't be shown again; undefined when the name is taken.
 */
export async function addToken(db: Firestore, appId: string, name: string, now: Date): Promise<string | undefined> {
	const tokens = await listTokens(db, appId);
	if (tokens.some((token) => token.name === name)) return undefined;
	const token = newToken();
	await db.doc(tokenPath(appId, token)).create({ app_id: appId, name, added_at: Timestamp.fromDate(now) });
	return token;
}

/**
 * Removes a token. An instance that knows it takes it for another minute.
 *
 * @returns Whether there was one of this name.
 */
export async function removeToken(db: Firestore, appId: string, name: string): Promise<boolean> {
	const { docs } = await db.collection(tokensPath(appId)).get();
	const named = docs.filter((token) => token.get("name") === name);
	await Promise.all(named.map(({ ref }) => ref.delete()));
	return named.length > 0;
}

/** The tokens of an app, by name. */
export async function listTokens(db: Firestore, appId: string): Promise<readonly ListedToken[]> {
	const { docs } = await db.collection(tokensPath(appId)).get();
	return docs
		.map((token) => ({ name: String(token.get("name")), addedAt: token.get("added_at").toDate() }))
		.toSorted((a, b) => a.name.localeCompare(b.name));
}
