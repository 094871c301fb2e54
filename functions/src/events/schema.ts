import * as z from "zod";
import { ACTION_NAME } from "./actions.ts";
import { parseBundleVersion, UNKNOWN_VERSION } from "./bundleVersion.ts";
import {
	MAX_METADATA_ENTRIES,
	MAX_METADATA_KEY_LENGTH,
	MAX_NAME_LENGTH,
	MAX_STACK_LENGTH,
	MAX_TEXT_LENGTH,
} from "./sizes.ts";

/** Says whose event it is or what happened. An event is refused where it is wrong. */
const name = z
	.string({ error: ({ input }) => (input === undefined ? "is required: send a string" : "must be a string") })
	.trim()
	.min(1, "is required: send a string")
	.max(MAX_NAME_LENGTH, `must be at most ${MAX_NAME_LENGTH} characters long`)
	// Half of a surrogate pair has no UTF-8 form: Firestore could not give back what was sent.
	.refine((value) => value.isWellFormed(), "must be valid Unicode: it holds half of a surrogate pair");

/**
 * Characters that nobody sees. With them a client could make a version that looks like another one: control characters,
 * those of no width, and those that turn the direction of the text.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const versionName = name.refine(
	(value) => !INVISIBLE.test(value),
	"must hold no control, zero-width or direction characters: remove them",
);

const flag = z.boolean("must be true or false");

/** Already read by {@link readField}. */
const text = z.string();

/** What describes the device. Sent as null or `""` it is null: there is none any more. Not sent, it is as before. */
const deviceField = text.nullable().optional();

const deviceFields = {
	version_build: deviceField,
	version_code: deviceField,
	version_os: deviceField,
	plugin_version: deviceField,
	custom_id: deviceField,
	install_source: deviceField,
	channel: deviceField,
	defaultChannel: deviceField,
	key_id: deviceField,
};

const schema = z.object({
	app_id: name,
	device_id: name.toLowerCase(),
	platform: name.toLowerCase(),
	action: name.refine(
		(action) => ACTION_NAME.test(action),
		"must be 1 to 64 letters, digits and underscores, a letter first",
	),
	version_name: versionName.default(UNKNOWN_VERSION),
	file: text.optional(),
	old_version_name: versionName.optional(),
	...deviceFields,
	is_prod: flag.default(true),
	is_emulator: flag.default(false),
	timestamp: z.number("must be a number: milliseconds since 1970-01-01").transform(wholeMilliseconds).optional(),
	metadata: z.record(text, text).optional(),
	bundle_id: text.optional(),
	message: text.optional(),
});

type Field = keyof typeof schema.shape;

/** The fields that an event can have. */
export const EVENT_FIELDS: readonly string[] = Object.keys(schema.shape);

/** The fields that describe the device and that a client can clear. */
export const DEVICE_FIELDS: ReadonlySet<string> = new Set(Object.keys(deviceFields));

/**
 * One validated event, and the one source of its type.
 *
 * It differs from what the plugin sends in what that leaves implicit: names are trimmed, `device_id` and `platform` are
 * lowercase (iOS and old Android plugins differ in case), `file` is split off a composite `version_name`, flags that
 * plugins below 4.10 don't send have their defaults, and text is cut to its limit. Fields that are unknown are dropped.
 */
export type Event = z.output<typeof schema>;

/** What is wrong with one field: `path` names it. */
export type EventIssue = { readonly path: string; readonly message: string };

/** The outcome of {@link parseEvent}. */
export type ParsedEvent =
	| { readonly ok: true; readonly event: Event }
	| { readonly ok: false; readonly issues: readonly EventIssue[] };

/**
 * Validates one element of a request. It never throws: whatever the input is, the answer is an event or its issues.
 *
 * An event is refused where it doesn't say whose it is, what happened or to which version, or where a flag or the time
 * can't be read. What only describes never costs the event: numbers and flags are turned into text, what is too long is
 * cut, and what is no text at all is left out.
 */
export function parseEvent(input: unknown): ParsedEvent {
	if (!isJsonObject(input)) return { ok: false, issues: [{ path: "", message: "an event must be a JSON object" }] };
	const parsed = schema.safeParse(readFields(input));
	if (parsed.success) return { ok: true, event: parsed.data };
	const issues = parsed.error.issues.map(({ path, message }) => ({ path: String(path[0] ?? ""), message }));
	return { ok: false, issues };
}

function isJsonObject(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readFields(input: object): Record<string, unknown> {
	const read = Object.entries(input).map(([field, value]) => {
		return [field, isField(field) ? readField(field, value) : undefined] as const;
	});
	const fields = Object.fromEntries(read.filter(([, value]) => value !== undefined));
	const { action, version_name: versionName } = fields;
	if (typeof action !== "string" || typeof versionName !== "string") return fields;
	const { version, file } = parseBundleVersion(versionName, action.trim());
	return { ...fields, version_name: version, ...(file !== undefined && { file: textOf(file, MAX_TEXT_LENGTH) }) };
}

/** What a field holds before it is validated; undefined leaves it out. */
function readField(field: Field, value: unknown): unknown {
	if (isDeviceField(field)) return isEmpty(value) ? null : textOf(value, MAX_NAME_LENGTH)?.trim();
	if (isEmpty(value)) return undefined;
	switch (field) {
		case "app_id":
		case "device_id":
		case "platform":
		case "action":
		case "version_name":
		case "old_version_name":
		case "is_prod":
		case "is_emulator":
		case "timestamp":
			// The event is refused where it is wrong.
			return value;
		case "file":
			// It stands in version_name.
			return undefined;
		case "metadata":
			return isJsonObject(value) ? readMetadata(value) : undefined;
		case "bundle_id":
			return textOf(value, MAX_NAME_LENGTH);
		case "message":
			return textOf(value, MAX_TEXT_LENGTH);
		default:
			return field satisfies never;
	}
}

function isField(field: string): field is Field {
	return Object.hasOwn(schema.shape, field);
}

function isDeviceField(field: Field): field is keyof typeof deviceFields {
	return DEVICE_FIELDS.has(field);
}

/** Clients send `null` and `""` for "none". */
function isEmpty(value: unknown): boolean {
	return value === null || (typeof value === "string" && value.trim() === "");
}

/** A value as text that Firestore can give back; undefined where it is none. */
function textOf(value: unknown, maxLength: number): string | undefined {
	switch (typeof value) {
		case "string":
			return value.slice(0, maxLength).toWellFormed();
		case "number":
		case "boolean":
			return String(value);
		default:
			return undefined;
	}
}

function readMetadata(entries: object): Record<string, string> | undefined {
	const read = Object.entries(entries).flatMap(([key, value]) => {
		const text = textOf(value, key === "stack" ? MAX_STACK_LENGTH : MAX_TEXT_LENGTH);
		return isMetadataKey(key) && text ? [[key, text] as const] : [];
	});
	return read.length === 0 ? undefined : Object.fromEntries(read.slice(0, MAX_METADATA_ENTRIES));
}

/** Firestore takes neither an empty name nor a reserved one: https://firebase.google.com/docs/firestore/quotas#limits */
function isMetadataKey(key: string): boolean {
	return key !== "" && key.length <= MAX_METADATA_KEY_LENGTH && key.isWellFormed() && !/^__.*__$/s.test(key);
}

/** Cuts what is below a millisecond, and makes no negative zero of it, which Firestore tells from zero. */
function wholeMilliseconds(milliseconds: number): number {
	return Math.trunc(milliseconds) + 0;
}
