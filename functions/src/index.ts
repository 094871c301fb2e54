import type { RequestListener } from "node:http";
import { onDocumentCreated } from "firebase-functions/firestore";
import { onRequest } from "firebase-functions/https";
import { requiresRole } from "firebase-functions/options";
import { onSchedule } from "firebase-functions/scheduler";
import {
	COUNT_CONCURRENCY,
	COUNT_MAX_INSTANCES,
	COUNT_MEMORY_MIB,
	DATABASE_ID,
	REGION,
	STATS_CONCURRENCY,
	STATS_MAX_INSTANCES,
	STATS_MEMORY_MIB,
	STATS_SECRETS,
} from "./config.ts";
import { ALERT_DOCUMENTS, EVENT_DOCUMENTS } from "./firestore/paths.ts";
import { takeRequests } from "./http/takeRequests.ts";
import { logs } from "./logs.ts";
import { countHandler, healthHandler, sendHandler, statsHandler, watchHandler } from "./wiring.ts";

// The functions run as a service account of their own, which the Firebase CLI makes, with these roles and no others: the
// database, and that Eventarc and Cloud Scheduler may hand them what is to be done.
requiresRole("roles/datastore.user");
requiresRole("roles/eventarc.eventReceiver");
requiresRole("roles/run.invoker");

/** JavaScript runs on one; serving several requests at a time needs a whole one. */
const CPU = 1;

/** Takes the plugin's events: the URL to configure as `statsUrl`. */
export const stats = onRequest(
	{
		region: REGION,
		invoker: "public",
		concurrency: STATS_CONCURRENCY,
		maxInstances: STATS_MAX_INSTANCES,
		memory: STATS_MEMORY_MIB,
		cpu: CPU,
		timeoutSeconds: 60,
		secrets: [STATS_SECRETS],
		// No plugin is bound to CORS, each posts natively. Left out, the SDK would answer preflights, but in the emulator only.
		cors: false,
	},
	(request, response) => statsHandler()(request, response),
);

/** Counts each stored event. Without `retry`, an event whose counting failed once would never be counted. */
export const countEvent = onDocumentCreated(
	{
		document: EVENT_DOCUMENTS,
		database: DATABASE_ID,
		region: REGION,
		retry: true,
		concurrency: COUNT_CONCURRENCY,
		maxInstances: COUNT_MAX_INSTANCES,
		memory: COUNT_MEMORY_MIB,
		cpu: CPU,
		timeoutSeconds: 60,
	},
	({ data }) => countHandler()(data),
);

/** The schedule: counts what the trigger left, judges the releases that changed, and tells of what is wrong. */
export const watch = onSchedule(
	{
		schedule: "every 5 minutes",
		region: REGION,
		// A run that is late is made up for by the next one.
		maxInstances: 1,
		memory: COUNT_MEMORY_MIB,
		timeoutSeconds: 300,
	},
	() => watchHandler()(),
);

/**
 * Sends each alert to the webhooks of its app. With `retry` the platform delivers it again for a day, after pauses that grow
 * from seconds to ten minutes.
 */
export const sendAlert = onDocumentCreated(
	{
		document: ALERT_DOCUMENTS,
		database: DATABASE_ID,
		region: REGION,
		retry: true,
		maxInstances: 1,
		memory: "256MiB",
		timeoutSeconds: 60,
	},
	async ({ data }) => {
		if (data) await sendHandler()(data.ref);
	},
);

/** Answers update servers and dashboards of others: whether a release is well, and its figures. */
export const health = onRequest(
	{ region: REGION, invoker: "public", maxInstances: 2, memory: "256MiB", timeoutSeconds: 30 },
	(request, response) => healthHandler()(request, response),
);

// The platform names the one function that a process serves. Its settings are read at once: with a wrong one the process
// doesn't start, its deployment fails, and the revision before it goes on serving.
switch (process.env["FUNCTION_TARGET"]) {
	case "stats":
		statsHandler();
		takeRequests({
			// The handler needs no more of a request than Node's own server gives.
			answer: stats as unknown as RequestListener,
			onFailure: logs.requestFailed,
			isEmulated: process.env["FUNCTIONS_EMULATOR"] === "true",
		});
		break;
	case "countEvent":
		countHandler();
		break;
	case "watch":
		watchHandler();
		break;
	case "sendAlert":
		sendHandler();
		break;
	case "health":
		healthHandler();
		break;
}
