import { onDocumentCreated } from "firebase-functions/firestore";
import { onRequest } from "firebase-functions/https";
import {
	COUNT_CONCURRENCY,
	COUNT_MAX_INSTANCES,
	REGION,
	readSettings,
	STATS_CONCURRENCY,
	STATS_MAX_INSTANCES,
	STATS_SECRETS,
} from "./config.ts";
import { createCountHandler } from "./counters/handler.ts";
import { openFirestore } from "./firestore/client.ts";
import { EVENT_DOCUMENTS } from "./firestore/paths.ts";
import { createStatsHandler } from "./ingest/handler.ts";
import { storeEvents } from "./ingest/storeEvents.ts";
import { keepBodiesUnparsed } from "./ingest/unparsedBody.ts";
import { logs } from "./logs.ts";

// The platform names the one function that a process serves.
if (process.env["FUNCTION_TARGET"] === "stats") keepBodiesUnparsed();

const statsHandler = once(() => {
	const db = openFirestore();
	const settings = readSettings();
	return createStatsHandler({
		settings,
		logs,
		now: Date.now,
		newEventId: () => db.collection("events").doc().id,
		store: (events) => storeEvents(db, events, settings.RETENTION_DAYS),
	});
});

const countHandler = once(() => createCountHandler({ db: openFirestore(), logs, now: Date.now }));

/** Takes the plugin's events: the URL to configure as `statsUrl`. */
export const stats = onRequest(
	{
		region: REGION,
		invoker: "public",
		concurrency: STATS_CONCURRENCY,
		maxInstances: STATS_MAX_INSTANCES,
		memory: "512MiB",
		timeoutSeconds: 60,
		secrets: [STATS_SECRETS],
	},
	(request, response) => statsHandler()(request, response),
);

/** Counts each stored event. Without `retry`, an event whose counting failed once would never be counted. */
export const countEvent = onDocumentCreated(
	{
		document: EVENT_DOCUMENTS,
		region: REGION,
		retry: true,
		concurrency: COUNT_CONCURRENCY,
		maxInstances: COUNT_MAX_INSTANCES,
		memory: "512MiB",
		timeoutSeconds: 60,
	},
	async ({ data }) => {
		if (data) await countHandler()(data);
	},
);

/** Postpones what a first call needs: settings can't be read while the Firebase CLI loads this module to learn its functions. */
function once<T>(create: () => T): () => T {
	let created: { readonly value: T } | undefined;
	return () => {
		created ??= { value: create() };
		return created.value;
	};
}
