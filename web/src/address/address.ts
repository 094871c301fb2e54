import type { ActionKind } from "../../../functions/src/events/actions.ts";
import { MAX_NAME_LENGTH, MAX_TEXT_LENGTH } from "../../../functions/src/events/sizes.ts";
import { dayBefore } from "../../../metrics/days.ts";
import type { Audience } from "../../../metrics/definitions.ts";
import { OVERVIEW_COLUMNS, type OverviewColumn } from "../../../metrics/overview.ts";

/** The days that a view shows: so many up to today, or fixed ones. */
export type Range = { readonly days: number } | { readonly from: string; readonly to: string };

/** An order of the overview's rows. */
export type Sort = { readonly by: OverviewColumn; readonly isAscending: boolean };

/** The id of the part of a release's page to which links lead. */
export const WHERE_IT_FAILS = "where";

/** What the page shows. All of it stands in the URL, so that a view can be shared. */
export type Address = {
	readonly app?: string | undefined;
	readonly version?: string | undefined;
	readonly device?: string | undefined;
	/** A device id or custom id to look for. */
	readonly search?: string | undefined;
	readonly audience: Audience;
	readonly range: Range;
	/** What the names of the overview's versions begin with. */
	readonly find?: string | undefined;
	readonly sort: Sort;
	/** The failure that a version's list is narrowed to: its action, and of that the reason and the file. */
	readonly failure?: string | undefined;
	readonly reason?: string | undefined;
	readonly file?: string | undefined;
	/** The trouble that a release's page tells the whereabouts of. */
	readonly trouble?: Trouble | undefined;
	/** The release that a release is compared with. */
	readonly against?: string | undefined;
	/** A list of devices: of the version, the platform and the channel that are given, seen within so many days. */
	readonly devices?: number | undefined;
	readonly platform?: string | undefined;
	readonly channel?: string | undefined;
	/** The kinds of action that a version's chart leaves out. */
	readonly hidden: readonly string[];
	/** How often "show more" was used. */
	readonly more: number;
};

/** What devices got into with a release, by the flags that count them. */
export const TROUBLES = ["failed", "crashed", "download_failed"] as const;

export type Trouble = (typeof TROUBLES)[number];

/** The ranges that the picker offers, in days. */
export const RANGE_DAYS = [7, 14, 30, 90] as const;

const DEFAULT_RANGE: Range = { days: 14 };
const MAX_RANGE_DAYS = 366;
const MAX_MORE = 50;
const DEFAULT_SORT: Sort = { by: "release", isAscending: false };
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What happens all the time would hide what tells of a release's health: installs, failures and crashes. */
const HIDDEN_AT_FIRST: readonly ActionKind[] = ["progress", "lifecycle", "bundle", "refusal", "channel"];

/** The address of an app's overview. */
export function overviewOf(app: string | undefined, audience: Audience = "production"): Address {
	return { app, audience, range: DEFAULT_RANGE, sort: DEFAULT_SORT, hidden: HIDDEN_AT_FIRST, more: 0 };
}

/** Reads an address from the query part of a URL. What makes no sense there is left out. */
export function parseAddress(query: string): Address {
	const parameters = new URLSearchParams(query);
	const text = (name: string) => nameOrNothing(parameters.get(name));
	return {
		app: text("app"),
		version: text("version"),
		// Ids are stored in lower case, whichever case somebody pastes.
		device: text("device")?.toLowerCase(),
		search: text("search"),
		find: text("find"),
		sort: parseSort(parameters.get("sort")),
		audience: parameters.get("dev") === "1" ? "all" : "production",
		range: parseRange(parameters),
		failure: text("failure"),
		reason: parameters.get("reason")?.slice(0, MAX_TEXT_LENGTH),
		file: parameters.get("file")?.slice(0, MAX_TEXT_LENGTH),
		trouble: TROUBLES.find((trouble) => trouble === parameters.get("trouble")),
		against: text("against"),
		devices: wholeNumber(parameters.get("devices"), 1, MAX_RANGE_DAYS),
		platform: text("platform"),
		channel: text("channel"),
		hidden: parameters.get("hide")?.split(",").filter(Boolean) ?? HIDDEN_AT_FIRST,
		more: Math.min(MAX_MORE, wholeNumber(parameters.get("more"), 0, Number.MAX_SAFE_INTEGER) ?? 0),
	};
}

/** The query part of the URL of an address. Defaults are left out. */
export function formatAddress(address: Address): string {
	const { app, version, device, search, find, sort, audience, range, failure, hidden, more } = address;
	const { reason, file, trouble, against, devices, platform, channel } = address;
	const entries = Object.entries({
		app,
		version,
		device,
		search,
		find,
		sort: formatSort(sort),
		dev: audience === "all" ? "1" : undefined,
		...formatRange(range),
		failure,
		reason,
		file,
		trouble,
		against,
		devices: devices === undefined ? undefined : String(devices),
		platform,
		channel,
		hide: hidden.join() === HIDDEN_AT_FIRST.join() ? undefined : hidden.join(","),
		more: more === 0 ? undefined : String(more),
	}).filter((entry): entry is [string, string] => entry[1] !== undefined);
	return `?${new URLSearchParams(entries)}`;
}

/** The first and the last UTC day of a range. */
export function daysOfRange(range: Range, now: number): { readonly from: string; readonly to: string } {
	return "days" in range ? { from: dayBefore(now, range.days - 1), to: dayBefore(now, 0) } : range;
}

/** No name is empty, and none is longer than an event may carry: no document has such an id. */
function nameOrNothing(text: string | null): string | undefined {
	return text === null || text === "" || text.length > MAX_NAME_LENGTH ? undefined : text;
}

function parseRange(parameters: URLSearchParams): Range {
	const from = parameters.get("from");
	const to = parameters.get("to");
	if (from && to && isDay(from) && isDay(to) && from <= to) return { from, to };
	const days = wholeNumber(parameters.get("days"), 1, MAX_RANGE_DAYS);
	return days === undefined ? DEFAULT_RANGE : { days };
}

function formatRange(range: Range): Record<string, string> {
	if ("from" in range) return range;
	return "days" in DEFAULT_RANGE && range.days === DEFAULT_RANGE.days ? {} : { days: String(range.days) };
}

/** `failed` sorts upwards, `-failed` downwards. */
function parseSort(text: string | null): Sort {
	const by = OVERVIEW_COLUMNS.find((key) => key === text?.replace(/^-/, ""));
	return by === undefined ? DEFAULT_SORT : { by, isAscending: !text?.startsWith("-") };
}

function formatSort({ by, isAscending }: Sort): string | undefined {
	if (by === DEFAULT_SORT.by && isAscending === DEFAULT_SORT.isAscending) return undefined;
	return isAscending ? by : `-${by}`;
}

function isDay(text: string): boolean {
	return DAY.test(text) && !Number.isNaN(Date.parse(text));
}

function wholeNumber(text: string | null, min: number, max: number): number | undefined {
	if (text === null || !/^\d+$/.test(text)) return undefined;
	const number = Number(text);
	return number >= min && number <= max ? number : undefined;
}
