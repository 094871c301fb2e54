/** A `stats` whose handler fails for a cause that nobody foresaw, hosted as the real one is. Its message names a device. */
import type { RequestListener } from "node:http";
import { onRequest } from "../../functions/node_modules/firebase-functions/lib/v2/providers/https.js";
import { takeRequests } from "../../functions/src/http/takeRequests.ts";
import { createStatsHandler } from "../../functions/src/ingest/handler.ts";
import { logs } from "../../functions/src/logs.ts";
import { SETTINGS } from "./settings.ts";

const handler = createStatsHandler({
	settings: SETTINGS,
	secrets: new Set(),
	now: Date.now,
	newEventId: () => "an-id",
	store: async () => {},
	logs: {
		...logs,
		requestRefused: () => {
			throw new TypeError("apps/com.example.shop/devices/the-device: projects/p/databases/(default)/documents/x");
		},
	},
});

export const stats = onRequest(handler);

takeRequests({ answer: stats as unknown as RequestListener, onFailure: logs.requestFailed, isEmulated: false });
