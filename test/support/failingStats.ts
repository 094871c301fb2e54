/** A `stats` whose handler fails for a cause that nobody foresaw, hosted as the real one is. Its message names a device. */
import type { RequestListener } from "node:http";
import { onRequest } from "../../functions/node_modules/firebase-functions/lib/v2/providers/https.js";
import { parseSettings } from "../../functions/src/config.ts";
import { takeRequests } from "../../functions/src/http/takeRequests.ts";
import { createStatsHandler } from "../../functions/src/ingest/handler.ts";
import { logs } from "../../functions/src/logs.ts";

const SETTINGS = parseSettings({
	ALLOWED_APPS: "",
	EXTRA_ACTIONS: "",
	IGNORED_ACTIONS: "",
	MAX_BODY_BYTES: 2_097_152,
	MAX_EVENTS_PER_REQUEST: 500,
	RETENTION_DAYS: 90,
	MAX_DEVICE_EVENTS_PER_DAY: 2_000,
	DEVICE_RETENTION_DAYS: 400,
});

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
