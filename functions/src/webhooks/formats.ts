import type { Message } from "./message.ts";

/** The shapes in which a message is sent: a signed JSON object, or what a chat service takes. */
export const FORMATS = ["standard", "slack", "discord", "teams"] as const;

export type Format = (typeof FORMATS)[number];

/** The JSON body of a message, in the shape that its receiver takes. Names in it arrive as text, whatever they hold. */
export function bodyOf(format: Format, message: Message): string {
	return JSON.stringify(BODIES[format](message));
}

const BODIES: Readonly<Record<Format, (message: Message) => object>> = {
	standard: standardBody,
	slack: slackBody,
	discord: discordBody,
	teams: teamsBody,
};

const LINK_TEXT = "Open the dashboard";

/** The payload that Standard Webhooks recommends: `type`, `timestamp`, `data`. */
function standardBody({ id, type, at, app, title, sentence, facts, url }: Message): object {
	return { type, timestamp: new Date(at).toISOString(), data: { id, app, title, sentence, ...facts, url } };
}

/**
 * An incoming webhook of Slack. A rich text block holds text as it is; `text` is what notifications show, and what
 * services show that took Slack's format over, and needs its three escapes.
 *
 * Sources: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block,
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
function slackBody(message: Message): object {
	const { title, sentence, url } = message;
	const text = (text: string, style?: object) => ({ type: "text", text, ...(style && { style }) });
	return {
		text: slackText([title, sentence, factsLine(message)].filter(Boolean).join("\n")),
		unfurl_links: false,
		unfurl_media: false,
		blocks: [
			{
				type: "rich_text",
				elements: [
					{
						type: "rich_text_section",
						elements: [
							text(`${title}\n`, { bold: true }),
							text(`${sentence}\n${factsLine(message)}\n`),
							{ type: "link", url, text: LINK_TEXT },
						],
					},
				],
			},
		],
	};
}

function slackText(text: string): string {
	return withoutLinks(text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
}

/**
 * A message of Discord: no mention in it calls anybody, and no link is shown with a preview.
 *
 * Source: https://docs.discord.com/developers/resources/webhook#execute-webhook
 */
function discordBody(message: Message): object {
	const { title, sentence, url } = message;
	const lines = [`**${discordText(title)}**`, discordText(sentence), discordText(factsLine(message)), `<${url}>`];
	return {
		content: lines.filter(Boolean).join("\n"),
		allowed_mentions: { parse: [] },
		flags: DISCORD_SUPPRESS_EMBEDS,
	};
}

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
const DISCORD_SUPPRESS_EMBEDS = 1 << 2;

/** A backslash before every sign that could mean something: Markdown, a mention, the beginning of a link. */
function discordText(text: string): string {
	return text.replace(/[\\*_~`|<>#[\]()@:.+-]/g, "\\$&");
}

/**
 * An Adaptive Card, as a workflow of Teams takes it. The runs of a RichTextBlock are shown as they are; a TextBlock would
 * read Markdown.
 *
 * Sources: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using,
 * https://adaptivecards.io/explorer/RichTextBlock.html
 */
function teamsBody(message: Message): object {
	const { title, sentence, url } = message;
	const block = (text: string, style: object = {}) => ({
		type: "RichTextBlock",
		inlines: [{ type: "TextRun", text, ...style }],
	});
	const facts = factsLine(message);
	return {
		type: "message",
		attachments: [
			{
				contentType: "application/vnd.microsoft.card.adaptive",
				contentUrl: null,
				content: {
					$schema: "http://adaptivecards.io/schemas/adaptive-card.json",
					type: "AdaptiveCard",
					version: "1.4",
					body: [
						block(title, { weight: "Bolder", size: "Medium" }),
						block(sentence),
						...(facts === "" ? [] : [block(facts, { isSubtle: true })]),
					],
					actions: [{ type: "Action.OpenUrl", title: LINK_TEXT, url }],
				},
			},
		],
	};
}

/** `app: com.example.shop, version: 3.4.8, since: 2026-03-14, devices: 170` */
function factsLine({ app, facts }: Message): string {
	return Object.entries({ app, ...facts })
		.map(([name, value]) => `${name}: ${value}`)
		.join(", ");
}

/** Clients make links of what looks like one: an invisible sign in it keeps it text. */
function withoutLinks(text: string): string {
	return text.replaceAll("://", ":\u200B//").replaceAll("@", "@\u200B");
}
