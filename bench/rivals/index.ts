// The functions' packages are reached by their place: a plain import would look for them in the project's root.
import { onDocumentCreated } from "../../functions/node_modules/firebase-functions/lib/v2/providers/firestore.js";
import { onRequest } from "../../functions/node_modules/firebase-functions/lib/v2/providers/https.js";
import { openFirestore } from "../../functions/src/firestore/client.ts";
import { EVENT_DOCUMENTS } from "../../functions/src/firestore/paths.ts";
import { readAndCommit as count } from "./readAndCommit.ts";
import { countByRecipe, countThreeByRecipe } from "./recipe.ts";
import { storedEventOf } from "./storedEventOf.ts";
import { countInTransaction } from "./transaction.ts";

const db = openFirestore();
const trigger = { document: EVENT_DOCUMENTS, retry: true };

/** The floor of ingest: no ingest can do less than parse the body and store it. */
export const floor = onRequest(async (request, response) => {
	await db.collection("bodies").doc().set(request.body);
	response.json({ status: "ok" });
});

/** Counts as the documentation recommends. */
export const recipe = onDocumentCreated(trigger, async ({ data, id }) => {
	if (data) await countByRecipe(db, id, storedEventOf(data));
});

/** Counts so the app's and the day's counters too. */
export const recipeOfThree = onDocumentCreated(trigger, async ({ data, id }) => {
	if (data) await countThreeByRecipe(db, id, storedEventOf(data));
});

/** Counts each event in a transaction of its own, which marks the event and increments. */
export const transaction = onDocumentCreated(trigger, async ({ data }) => {
	if (data) await countInTransaction(db, data.ref);
});

/** Counts each event with one read and one commit, and nothing between. */
export const readAndCommit = onDocumentCreated(trigger, async ({ data }) => {
	if (data) await count(db, storedEventOf(data));
});
