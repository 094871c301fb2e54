import * as z from "zod";
import { ACTION_NAME, isKnownAction } from "./actions.ts";
import { parseBundleVersion } from "./bundleVersion.ts";
import { MAX_METADATA_ENTRIES, MAX_METADATA_KEY_LENGTH, MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from "./limits.ts";

const nameLengthError = `must be at most ${MAX_NAME_LENGTH} characters long`;

const name = z
	.string({ error: ({ input }) => (input === undefined ? "is required: send a string" : "must be a string") })
	.max(MAX_NAME_LENGTH, nameLengthError)
	// Half of a surrogate pair has no UTF-8 form: Firestore could not give back what was sent.
	.refine((value) => value.isWellFormed(), "must be valid Unicode: it holds half of a surrogate pair");

const text = z.string("must be a string").transform((value) => value.slice(0, MAX_TEXT_LENGTH).toWellFormed());

const flag = z.boolean("must be true or false");

const metadataKey = z
	.string()
	.max(MAX_METADATA_KEY_LENGTH, `has a key that is longer than ${MAX_METADATA_KEY_LENGTH} characters: shorten it`)
	.refine((key) => key.isWellFormed(), "has a key that is not valid Unicode")
	// Firestore reserves such names: https://firebase.google.com/docs/firestore/quotas#limits
	.refine((key) => !/^__.*__$/s.test(key), "has a key that starts and ends with two underscores: rename it");

const metadataValue = z
	.union([z.string(), z.number(), z.boolean()], "must hold strings only")
	.transform(String)
	.pipe(text);

const metadata = z
	// `z.record` would leave out an own key `__proto__` without a word.
	.custom<object>(isJsonObject, "must be an object of strings")
	.transform((entries) => Object.entries(withoutEmptyFields(entries)).slice(0, MAX_METADATA_ENTRIES))
	.pipe(z.array(z.tuple([metadataKey, metadataValue])))
	.transform((entries) => Object.fromEntries(entries));

/**
 * The schema of one event as the plugin sends it, empty fields left out, and the one source of the {@link Event} type.
 *
 * The output differs from the input in what the plugin leaves implicit: `device_id` is lowercase (iOS and old Android
 * plugins differ in case), a composite `version_name` is split into version and `file`, flags that plugins below 5 don't
 * send have their defaults, and free text is cut to its limit. Fields that it doesn't know are dropped.
 *
 * @param extraActions Names that are accepted besides the catalogue's.
 */
export function createEventSchema(extraActions: ReadonlySet<string>) {
	return z
		.object({
			app_id: name,
			device_id: name.toLowerCase(),
			platform: name.toLowerCase(),
			action: name.refine(
				(action) => ACTION_NAME.test(action) && isKnownAction(action, extraActions),
				"is not a known action: add it to the EXTRA_ACTIONS setting to accept it",
			),
			version_name: name.optional(),
			version_build: name,
			version_code: name,
			version_os: name,
			plugin_version: name,
			custom_id: name.optional(),
			old_version_name: name.optional(),
			is_prod: flag.default(true),
			is_emulator: flag.default(false),
			timestamp: z.number("must be a number: milliseconds since 1970-01-01").transform(wholeMilliseconds).optional(),
			metadata: metadata.optional(),
			install_source: name.optional(),
			channel: name.optional(),
			defaultChannel: name.optional(),
			key_id: name.optional(),
			bundle_id: name.optional(),
			message: text.optional(),
		})
		.transform(({ version_name, old_version_name, ...event }) => {
			const { version, file } = parseBundleVersion(version_name);
			return {
				...event,
				version_name: version,
				...(file !== undefined && { file }),
				...(old_version_name !== undefined && { old_version_name: parseBundleVersion(old_version_name).version }),
			};
		});
}

/** Cuts what is below a millisecond, and makes no negative zero of it, which Firestore tells from zero. */
function wholeMilliseconds(milliseconds: number): number {
	return Math.trunc(milliseconds) + 0;
}

/** The schema that {@link createEventSchema} makes. */
export type EventSchema = ReturnType<typeof createEventSchema>;

/** One validated event. */
export type Event = z.output<EventSchema>;

/** What is wrong with one field: `path` names it (`metadata.0.1` is not a name, so a metadata issue names `metadata`). */
export type EventIssue = { readonly path: string; readonly message: string };

/** The outcome of {@link parseEvent}. */
export type ParsedEvent =
	| { readonly ok: true; readonly event: Event }
	| { readonly ok: false; readonly issues: readonly EventIssue[] };

/** Validates one element of a request. It never throws: whatever the input is, the answer is an event or its issues. */
export function parseEvent(schema: EventSchema, input: unknown): ParsedEvent {
	if (!isJsonObject(input)) return { ok: false, issues: [{ path: "", message: "an event must be a JSON object" }] };
	const parsed = schema.safeParse(withoutEmptyFields(input));
	if (parsed.success) return { ok: true, event: parsed.data };
	const issues = parsed.error.issues.map(({ path, message }) => ({ path: String(path[0] ?? ""), message }));
	return { ok: false, issues };
}

function isJsonObject(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Clients send `null` and `""` for "none". An empty key can be no field name in Firestore. */
function withoutEmptyFields(fields: object): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(fields).filter(([key, value]) => key !== "" && value !== null && value !== ""),
	);
}
