import { defineInt, defineSecret, defineString, select } from "firebase-functions/params";
import * as z from "zod";
import { ACTION_NAME } from "./events/actions.ts";

/**
 * Every setting of the backend. The Firebase CLI asks for those that `functions/.env` doesn't name and keeps the answers
 * in `functions/.env.PROJECT`: https://firebase.google.com/docs/functions/config-env. It asks whether or not there is a
 * default, so that file names each setting that a team rarely changes, with the default from here.
 */

/** What one CPU can be given: https://cloud.google.com/run/docs/configuring/services/memory-limits */
const MEMORY_SIZES = select([512, 1_024, 2_048, 4_096]);

export const REGION = defineString("REGION", {
	default: "us-central1",
	label: "Region",
	description:
		"Where the functions run: where the Firestore database is. `scripts/deploy/prepareDeployment.ts` fills it in.",
});

/** The id of the database that a project has first. Every other one has a name that its owner chose. */
export const DEFAULT_DATABASE = "(default)";

export const DATABASE_ID = defineString("DATABASE_ID", {
	default: DEFAULT_DATABASE,
	label: "Database",
	description:
		"The Firestore database that everything is stored in. Another than the default one has to be named in firebase.json " +
		"too; `scripts/deploy/prepareDeployment.ts` sees to it.",
});

/** Instead of a list of apps: every one. A word, so that a prompt can show it as the default. */
export const ALL_APPS = "all";

const ALLOWED_APPS = defineString("ALLOWED_APPS", {
	default: ALL_APPS,
	label: "Allowed apps",
	description:
		"The ids of your apps, separated by commas: events of others are refused. " +
		"With the word all, everybody who knows the URL can store events at your cost.",
});

export const EXTRA_ACTIONS = defineString("EXTRA_ACTIONS", {
	default: "",
	label: "Extra actions",
	description: "Actions to count by name besides the catalogue's, separated by commas.",
});

const IGNORED_ACTIONS = defineString("IGNORED_ACTIONS", {
	default: "",
	label: "Ignored actions",
	description:
		"Actions that are answered with ok but not stored, separated by commas. Each saves what its events cost.",
});

/** What the plugin keeps at the most, 200 events, fits into one request however long their metadata are. */
export const DEFAULT_MAX_BODY_BYTES = 4_194_304;

const MAX_BODY_BYTES = defineInt("MAX_BODY_BYTES", {
	default: DEFAULT_MAX_BODY_BYTES,
	label: "Largest body",
	description:
		"Bytes of a request's body, before and after decompression, beyond which it is refused. At most 4194304.",
});

const MAX_EVENTS_PER_REQUEST = defineInt("MAX_EVENTS_PER_REQUEST", {
	default: 500,
	label: "Largest array",
	description: "Events in one request beyond which it is refused. The plugin sends up to 200. At most 500.",
});

export const RETENTION_DAYS = defineInt("RETENTION_DAYS", {
	default: 90,
	label: "Retention",
	description: "Days after which an event is deleted. 0 keeps events for ever. Counters are always kept.",
});

export const DEVICE_RETENTION_DAYS = defineInt("DEVICE_RETENTION_DAYS", {
	default: 400,
	label: "Devices' retention",
	description:
		"Days after which a device that is not seen any more is deleted; at least 30 more than RETENTION_DAYS. 0 keeps devices " +
		"for ever, as RETENTION_DAYS 0 does.",
});

const MAX_DEVICE_EVENTS_PER_DAY = defineInt("MAX_DEVICE_EVENTS_PER_DAY", {
	default: 2_000,
	label: "Events a device and day",
	description: "Events stored for one device in a UTC day beyond which its events are dropped. 0 stores all.",
});

const MAX_APP_EVENTS_PER_DAY = defineInt("MAX_APP_EVENTS_PER_DAY", {
	default: 5_000_000,
	label: "Events an app and day",
	description:
		"Events stored for one app in a UTC day beyond which its events are dropped: the bound of what it can cost. " +
		"With ALLOWED_APPS all it bounds all apps together. 0 stores all.",
});

const MAX_NEW_VERSIONS_PER_DAY = defineInt("MAX_NEW_VERSIONS_PER_DAY", {
	default: 200,
	label: "New versions an app and day",
	description:
		"New versions of one app in a UTC day beyond which further ones count together, as other. 0 bounds none.",
});

export const MAX_NEW_DEVICES_PER_DAY = defineInt("MAX_NEW_DEVICES_PER_DAY", {
	default: 1_000_000,
	label: "New devices an app and day",
	description:
		"New devices of one app in a UTC day beyond which the events of further ones count, and they as no devices. " +
		"0 bounds none.",
});

export const STATS_SECRETS = defineSecret("STATS_SECRETS", {
	label: "the secret of the statsUrl, or the word none",
	description:
		"With a secret, events are accepted from those who know it: `openssl rand -hex 16` makes a good one. " +
		"With the word none, from everybody. Separate two with a comma while you rotate them.",
});

export const STATS_MAX_INSTANCES = defineInt("STATS_MAX_INSTANCES", {
	default: 10,
	label: "Ingest: most instances",
	description: "Instances of the stats function at the most: the bound of what it can cost.",
});

export const STATS_CONCURRENCY = defineInt("STATS_CONCURRENCY", {
	default: 80,
	label: "Ingest: concurrency",
	description: "Requests that one instance of the stats function serves at a time.",
});

export const STATS_MEMORY_MIB = defineInt("STATS_MEMORY_MIB", {
	default: 1_024,
	input: MEMORY_SIZES,
	label: "Ingest: memory",
	description:
		"MiB of memory of one instance of the stats function. Its default holds 80 requests of the largest size.",
});

export const COUNT_MAX_INSTANCES = defineInt("COUNT_MAX_INSTANCES", {
	default: 4,
	label: "Counting: most instances",
	description: "Instances of the countEvent function at the most. Few instances make few, large commits.",
});

export const COUNT_CONCURRENCY = defineInt("COUNT_CONCURRENCY", {
	default: 500,
	label: "Counting: concurrency",
	description: "Events that one instance of the countEvent function counts at a time.",
});

export const COUNT_MEMORY_MIB = defineInt("COUNT_MEMORY_MIB", {
	default: 512,
	input: MEMORY_SIZES,
	label: "Counting: memory",
	description: "MiB of memory of one instance of the countEvent function.",
});

/** A list of names as a setting holds it, separated by commas. */
export const names = z.string().transform(
	(list) =>
		new Set(
			list
				.split(",")
				.map((name) => name.trim())
				.filter(Boolean),
		),
);

/** The apps whose events are accepted; none where every app's are. */
export const allowedApps = names.transform((apps) =>
	apps.size === 1 && apps.has(ALL_APPS) ? new Set<string>() : apps,
);

const actionNames = names.refine(
	(actions) => [...actions].every((action) => ACTION_NAME.test(action)),
	"must name actions of letters, digits and underscores that begin with a letter, separated by commas",
);

/**
 * Extra actions at the most: with the catalogue's, two counters each, they stay below the 500 transforms that a document
 * takes in one commit: https://firebase.google.com/docs/firestore/quotas#writes_and_transactions
 */
export const MAX_EXTRA_ACTIONS = 100;

const settingsSchema = z.object({
	ALLOWED_APPS: allowedApps,
	EXTRA_ACTIONS: actionNames.refine(
		({ size }) => size <= MAX_EXTRA_ACTIONS,
		`must name at most ${MAX_EXTRA_ACTIONS} actions`,
	),
	IGNORED_ACTIONS: actionNames,
	// One request is one commit: twice this size stays below Firestore's 10 MiB, the document's other fields included.
	MAX_BODY_BYTES: z.int().min(1_024).max(4_194_304),
	MAX_EVENTS_PER_REQUEST: z.int().min(1).max(500),
	RETENTION_DAYS: z.int().min(0).max(36_500),
	DEVICE_RETENTION_DAYS: z.int().min(0).max(36_500),
	MAX_DEVICE_EVENTS_PER_DAY: z.int().min(0),
	MAX_APP_EVENTS_PER_DAY: z.int().min(0),
	MAX_NEW_VERSIONS_PER_DAY: z.int().min(0),
	MAX_NEW_DEVICES_PER_DAY: z.int().min(0),
});

/** The settings that the code reads while it runs. The others are options of the deployed functions. */
export type Settings = z.output<typeof settingsSchema>;

/**
 * Checks settings as they come from the environment.
 *
 * @throws Error that names each wrong setting and what it must be.
 */
export function parseSettings(raw: z.input<typeof settingsSchema>): Settings {
	const parsed = settingsSchema.safeParse(raw);
	if (parsed.success) return parsed.data;
	const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
	throw new Error(
		`Wrong settings: ${problems.join("; ")}. ` +
			"Correct them in functions/.env.PROJECT and deploy again, or in functions/.env.local for the local suite.",
	);
}

/** A device outlives its newest event by so many days, so that no event is counted for a device that was forgotten. */
const DEVICE_OUTLIVES_DAYS = 30;

/** Days after which a device that is not seen any more is deleted; 0 keeps it. */
export function deviceRetentionDays(settings: Pick<Settings, "RETENTION_DAYS" | "DEVICE_RETENTION_DAYS">): number {
	const { RETENTION_DAYS, DEVICE_RETENTION_DAYS } = settings;
	if (RETENTION_DAYS === 0 || DEVICE_RETENTION_DAYS === 0) return 0;
	return Math.max(DEVICE_RETENTION_DAYS, RETENTION_DAYS + DEVICE_OUTLIVES_DAYS);
}

/** Reads the settings of the running function. It can't be called while the Firebase CLI loads the module. */
export function readSettings(): Settings {
	return parseSettings({
		ALLOWED_APPS: ALLOWED_APPS.value(),
		EXTRA_ACTIONS: EXTRA_ACTIONS.value(),
		IGNORED_ACTIONS: IGNORED_ACTIONS.value(),
		MAX_BODY_BYTES: MAX_BODY_BYTES.value(),
		MAX_EVENTS_PER_REQUEST: MAX_EVENTS_PER_REQUEST.value(),
		RETENTION_DAYS: RETENTION_DAYS.value(),
		DEVICE_RETENTION_DAYS: DEVICE_RETENTION_DAYS.value(),
		MAX_DEVICE_EVENTS_PER_DAY: MAX_DEVICE_EVENTS_PER_DAY.value(),
		MAX_APP_EVENTS_PER_DAY: MAX_APP_EVENTS_PER_DAY.value(),
		MAX_NEW_VERSIONS_PER_DAY: MAX_NEW_VERSIONS_PER_DAY.value(),
		MAX_NEW_DEVICES_PER_DAY: MAX_NEW_DEVICES_PER_DAY.value(),
	});
}

/**
 * Whether webhooks may lead to the machine itself, where a receiver is tried. Only where the database is an emulator: a
 * deployed function can't be told to.
 */
export function allowsLoopback(environment: NodeJS.ProcessEnv): boolean {
	return Boolean(environment["FIRESTORE_EMULATOR_HOST"]) && environment["WEBHOOKS_TO_LOOPBACK"] === "allowed";
}

/** Reads the secrets of the running function. */
export function readSecrets(): ReadonlySet<string> {
	return parseSecrets(STATS_SECRETS.value());
}

/**
 * The secrets of which a request must carry one; none where the operator chose to accept events without.
 *
 * @throws Error when that is left open.
 */
export function parseSecrets(raw: string): ReadonlySet<string> {
	const secrets = names.parse(raw);
	if (raw.trim() === "none") return new Set();
	if (secrets.size > 0 && !secrets.has("none")) return secrets;
	throw new Error("Wrong settings: STATS_SECRETS: must hold at least one secret, or only the word none.");
}
