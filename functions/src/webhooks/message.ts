import type { Alert } from "../watch/alert.ts";

/** What is sent of an alert, in words. Names in it come from devices: whoever shows it escapes them for its place. */
export type Message = {
	/** The alert's id: the same each time that it is sent. */
	readonly id: string;
	/** What happened, for machines: `release.failing`. */
	readonly type: string;
	/** When it was noticed, in milliseconds since the epoch. */
	readonly at: number;
	readonly app: string;
	readonly title: string;
	readonly sentence: string;
	/** What machines and people want to know besides: the version, since when, how many devices. */
	readonly facts: Readonly<Record<string, string | number>>;
	/** The page that shows it. */
	readonly url: string;
};

/** An alert that is to be told. */
export type ToldAlert = { readonly id: string; readonly appId: string; readonly at: number; readonly alert: Alert };

/** The longest name and sentence that a message repeats, in characters: services bound what they take. */
const MAX_NAME = 80;
const MAX_SENTENCE = 550;

/** A longer link is one to the page's front. */
const MAX_URL = 500;

/** Puts an alert into words. */
export function messageOf({ id, appId, at, alert }: ToldAlert, dashboardUrl: string): Message {
	const app = plainText(appId, MAX_NAME);
	const sentence = plainText(alert.sentence, MAX_SENTENCE);
	const version = "version" in alert ? alert.version : undefined;
	return { id, at, app, sentence, ...wording(alert, app), url: pageUrl(dashboardUrl, appId, version) };
}

/** The message by which somebody tries a webhook. */
export function testMessage(id: string, appId: string, at: number, dashboardUrl: string): Message {
	const app = plainText(appId, MAX_NAME);
	return {
		id,
		type: "test",
		at,
		app,
		title: `Test: alerts of ${app} arrive here`,
		sentence: "Nothing is wrong: somebody tried this webhook.",
		facts: {},
		url: pageUrl(dashboardUrl, appId),
	};
}

type Wording = Pick<Message, "type" | "title" | "facts">;

function wording(alert: Alert, app: string): Wording {
	switch (alert.kind) {
		case "release":
			return releaseWording(alert);
		case "silence":
			return alert.isOver
				? { type: "app.sending", title: `${app} sends events again`, facts: {} }
				: { type: "app.silent", title: `${app} fell silent`, facts: { since: isoTime(alert.lastEventAt) } };
		case "backlog":
			return alert.isOver
				? { type: "counting.caught_up", title: `Events of ${app} are counted again`, facts: {} }
				: { type: "counting.behind", title: `Events of ${app} wait to be counted`, facts: { events: alert.events } };
		case "webhook":
			return {
				type: "webhook.switched_off",
				title: `A webhook of ${app} was switched off`,
				facts: { webhook: alert.webhookId, since: isoTime(alert.failingSince) },
			};
	}
}

function releaseWording({
	version,
	verdict,
	family,
	since,
	devices,
	replaces,
}: Alert & { readonly kind: "release" }): Wording {
	const name = plainText(version, MAX_NAME);
	const ending = verdict === "worse" ? "worse than the release before" : verdict;
	return {
		type: `release.${verdict.replaceAll(" ", "_")}`,
		title: `${name} is ${ending}`,
		facts: {
			version: name,
			verdict,
			...(family !== null && { family }),
			...(since !== null && { since }),
			devices,
			...(replaces !== null && { replaces: plainText(replaces, MAX_NAME) }),
		},
	};
}

function pageUrl(dashboardUrl: string, appId: string, version?: string): string {
	const query = new URLSearchParams({ app: appId, ...(version !== undefined && { version }) });
	const url = new URL(`/?${query}`, dashboardUrl).href;
	return url.length <= MAX_URL ? url : new URL("/", dashboardUrl).href;
}

/** Text without what moves, hides or reverses other text, and no longer than so many characters. */
function plainText(text: string, maxLength: number): string {
	const characters = [...text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "�")];
	return characters.length <= maxLength ? characters.join("") : `${characters.slice(0, maxLength - 1).join("")}…`;
}

function isoTime(milliseconds: number): string {
	return new Date(milliseconds).toISOString();
}
