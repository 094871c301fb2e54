import { parseSettings } from "../../functions/src/config.ts";

/** Settings of an instance that a test makes itself. */
export const SETTINGS = parseSettings({
	ALLOWED_APPS: "",
	EXTRA_ACTIONS: "",
	IGNORED_ACTIONS: "",
	MAX_BODY_BYTES: 2_097_152,
	MAX_EVENTS_PER_REQUEST: 500,
	RETENTION_DAYS: 90,
	MAX_DEVICE_EVENTS_PER_DAY: 2_000,
	MAX_APP_EVENTS_PER_DAY: 5_000_000,
	MAX_NEW_VERSIONS_PER_DAY: 200,
	MAX_NEW_DEVICES_PER_DAY: 1_000_000,
	DEVICE_RETENTION_DAYS: 400,
});
