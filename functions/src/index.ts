import type { RequestListener } from "node:http";
import { onDocumentCreated } from "firebase-functions/firestore";
import { onRequest } from "firebase-functions/https";
import {
	COUNT_CONCURRENCY,
	COUNT_MAX_INSTANCES,
	COUNT_MEMORY_MIB,
	REGION,
	STATS_CONCURRENCY,
	STATS_MAX_INSTANCES,
	STATS_MEMORY_MIB,
	STATS_SECRETS,
} from "./config.ts";
import { createDeliveryAnswer, isDelivery } from "./counters/deliveries.ts";
import { EVENT_DOCUMENTS } from "./firestore/paths.ts";
import { logs } from "./logs.ts";
import { takeRequests } from "./takeRequests.ts";
import { countHandler, statsHandler } from "./wiring.ts";

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
		region: REGION,
		retry: true,
		concurrency: COUNT_CONCURRENCY,
		maxInstances: COUNT_MAX_INSTANCES,
		memory: COUNT_MEMORY_MIB,
		cpu: CPU,
		timeoutSeconds: 60,
	},
	async ({ data }) => {
		if (data) await countHandler()(data);
	},
);

const onFailure = logs.requestFailed;

// The platform names the one function that a process serves. Its settings are read at once: with a wrong one the process
// doesn't start, its deployment fails, and the revision before it goes on serving.
switch (process.env["FUNCTION_TARGET"]) {
	case "stats":
		statsHandler();
		// The handler needs no more of a request than Node's own server gives.
		takeRequests({ takes: () => true, answer: stats as unknown as RequestListener, onFailure });
		break;
	case "countEvent":
		countHandler();
		takeRequests({ takes: isDelivery, answer: createDeliveryAnswer(countEvent), onFailure });
		break;
}
