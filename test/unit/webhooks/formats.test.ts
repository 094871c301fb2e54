import { expect } from "chai";
import * as z from "../../../functions/node_modules/zod/index.js";
import type { Alert } from "../../../functions/src/watch/alert.ts";
import { bodyOf, FORMATS, type Format } from "../../../functions/src/webhooks/formats.ts";
import { messageOf, testMessage } from "../../../functions/src/webhooks/message.ts";

const AT = Date.parse("2026-03-14T02:10:00Z");
const DASHBOARD = "https://shop-statistics.web.app/";

/** What somebody may send as a version, to call people, lead them elsewhere or hide what is said. */
const HOSTILE = [
	"<!channel>",
	"<@U012AB3CD>",
	"<https://evil.example|Open the dashboard>",
	"@everyone",
	"<@&123>",
	"[Open the dashboard](https://evil.example)",
	"https://evil.example/login",
	"<at>Everyone</at>",
	"*3.4.8* _3_ ~4~ `8` ||spoiler|| > quote # heading",
	"3.4.8\n\n# Everything is healthy",
	"\u202E8.4.3",
	"<img src=x onerror=alert(1)>&amp;",
	'3.4.8"}],"x":[{"a":"',
];

type ReleaseAlert = Alert & { readonly kind: "release" };

const release = (version: string, more: Partial<ReleaseAlert> = {}): ReleaseAlert => ({
	kind: "release",
	version,
	verdict: "failing",
	verdictBefore: "too early",
	family: "updates",
	since: "2026-03-14",
	devices: 170,
	replaces: null,
	sentence: `15 of 170 devices failed (8.8 %, likely 5 – 14 %). ${version}: 7 of 420 (1.7 %). Above the limit of 5 %, beyond chance.`,
	...more,
});

const message = (version: string) =>
	messageOf({ id: "alert-1", appId: "com.example.shop", at: AT, alert: release(version) }, DASHBOARD);

const body = (format: Format, version: string) => JSON.parse(bodyOf(format, message(version)));

/** The documented shapes, as far as they are used: what isn't named here is a mistake. */
const url = z.url();
const SHAPES = {
	// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure
	standard: z.strictObject({
		type: z.string().regex(/^[a-z_]+(\.[a-z_]+)*$/),
		timestamp: z.iso.datetime(),
		data: z.looseObject({ id: z.string(), app: z.string(), title: z.string(), sentence: z.string(), url }),
	}),
	// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
	slack: z.strictObject({
		text: z.string().max(40_000),
		unfurl_links: z.boolean(),
		unfurl_media: z.boolean(),
		blocks: z.array(
			z.strictObject({
				type: z.literal("rich_text"),
				elements: z.array(
					z.strictObject({
						type: z.literal("rich_text_section"),
						elements: z.array(
							z.discriminatedUnion("type", [
								z.strictObject({
									type: z.literal("text"),
									text: z.string().min(1),
									style: z.strictObject({ bold: z.boolean() }).optional(),
								}),
								z.strictObject({ type: z.literal("link"), url, text: z.string() }),
							]),
						),
					}),
				),
			}),
		),
	}),
	// https://docs.discord.com/developers/resources/webhook#execute-webhook
	discord: z.strictObject({
		content: z.string().min(1).max(2_000),
		allowed_mentions: z.strictObject({ parse: z.array(z.string()).max(0) }),
		flags: z.literal(4),
	}),
	// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
	teams: z.strictObject({
		type: z.literal("message"),
		attachments: z
			.array(
				z.strictObject({
					contentType: z.literal("application/vnd.microsoft.card.adaptive"),
					contentUrl: z.null(),
					content: z.strictObject({
						$schema: url,
						type: z.literal("AdaptiveCard"),
						version: z.string().regex(/^1\.\d$/),
						body: z.array(
							z.strictObject({
								type: z.literal("RichTextBlock"),
								inlines: z.array(
									z.strictObject({
										type: z.literal("TextRun"),
										text: z.string().min(1),
										weight: z.enum(["Lighter", "Default", "Bolder"]).optional(),
										size: z.enum(["Small", "Default", "Medium", "Large", "ExtraLarge"]).optional(),
										isSubtle: z.boolean().optional(),
									}),
								),
							}),
						),
						actions: z.array(z.strictObject({ type: z.literal("Action.OpenUrl"), title: z.string(), url })),
					}),
				}),
			)
			.length(1),
	}),
} as const satisfies Readonly<Record<Format, z.ZodType>>;

/** Everything that a body would show or do, as its strings. */
function stringsIn(value: unknown): readonly string[] {
	if (typeof value === "string") return [value];
	return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

describe("the body of a message", () => {
	it("says in Standard Webhooks' form who, what, since when, how many, the sentence, and where to look", () => {
		expect(body("standard", "3.4.8")).to.deep.equal({
			type: "release.failing",
			timestamp: "2026-03-14T02:10:00.000Z",
			data: {
				id: "alert-1",
				app: "com.example.shop",
				title: "3.4.8 is failing",
				sentence: release("3.4.8").sentence,
				version: "3.4.8",
				verdict: "failing",
				family: "updates",
				since: "2026-03-14",
				devices: 170,
				url: "https://shop-statistics.web.app/?app=com.example.shop&version=3.4.8",
			},
		});
	});

	it("says the same in a chat", () => {
		const lines = [
			"3.4.8 is failing",
			release("3.4.8").sentence,
			"app: com.example.shop, version: 3.4.8, verdict: failing",
		];
		for (const format of ["slack", "teams"] as const) {
			const shown = stringsIn(body(format, "3.4.8")).join(" ");
			for (const line of lines) expect(shown, format).to.contain(line);
		}
		const discord = body("discord", "3.4.8").content.replaceAll("\\", "");
		for (const line of lines) expect(discord).to.contain(line);
	});

	for (const format of FORMATS) {
		describe(format, () => {
			for (const version of ["3.4.8", ...HOSTILE, "x".repeat(255), "&".repeat(255), "😀".repeat(127)]) {
				it(`has its documented shape and is small: ${JSON.stringify(version.slice(0, 50))}`, () => {
					expect(SHAPES[format].safeParse(body(format, version)).error).to.equal(undefined);
					expect(Buffer.byteLength(bodyOf(format, message(version)))).to.be.below(12_000);
				});
			}
		});
	}

	it("holds no line, no direction and no sign that a name brought", () => {
		for (const format of FORMATS) {
			for (const version of HOSTILE) {
				const shown = stringsIn(body(format, version)).join(" ");
				expect(shown, `${format} ${version}`).not.to.match(/\u202E|\n\n/);
			}
		}
	});

	it("lets no name of Slack's own signs through where Slack reads them", () => {
		for (const version of HOSTILE) {
			const { text, blocks } = body("slack", version);
			// Slack reads <…> as a mention or a link, and makes links of URLs.
			expect(text, version).not.to.match(/[<>]|:\/\/|@(here|channel|everyone)/);
			const links = blocks[0].elements[0].elements.filter(({ type }: { readonly type: string }) => type !== "text");
			expect(links).to.have.length(1);
			expect(new URL(links[0].url).origin).to.equal(new URL(DASHBOARD).origin);
		}
	});

	it("lets no name of Discord's own signs through", () => {
		for (const version of HOSTILE) {
			const { content, allowed_mentions } = body("discord", version);
			expect(allowed_mentions).to.deep.equal({ parse: [] });
			const named = content.replace(/^\*\*|\*\*$/gm, "").replace(/<https:\/\/shop-statistics\.web\.app\/[^<>]*>$/, "");
			// Without what a backslash makes a plain sign, nothing is left that Discord reads.
			expect(named.replace(/\\[^0-9A-Za-z\s]/g, ""), version).not.to.match(/[*_~`|<>#[\]@]|:\/\//);
		}
	});

	it("shows names in Teams only where Markdown is not read, and links to the page alone", () => {
		for (const version of HOSTILE) {
			const [{ content }] = body("teams", version).attachments;
			expect(content.body.map(({ type }: { readonly type: string }) => type)).to.deep.equal([
				"RichTextBlock",
				"RichTextBlock",
				"RichTextBlock",
			]);
			expect(content.actions.map(({ url }: { readonly url: string }) => new URL(url).origin)).to.deep.equal([
				new URL(DASHBOARD).origin,
			]);
		}
	});

	it("links to the version that was meant, whatever its name", () => {
		for (const version of HOSTILE) {
			const { searchParams } = new URL(body("standard", version).data.url);
			expect(searchParams.get("version")).to.equal(version);
			expect(searchParams.get("app")).to.equal("com.example.shop");
		}
	});

	it("tells every kind of alert", () => {
		const alerts: readonly Alert[] = [
			release("3.4.9", { verdict: "healthy", family: null, since: null, replaces: "3.4.8" }),
			release("3.4.9", { verdict: "worse" }),
			{ kind: "silence", isOver: false, lastEventAt: AT, sentence: "…" },
			{ kind: "silence", isOver: true, lastEventAt: AT, sentence: "…" },
			{ kind: "backlog", isOver: false, events: 9, sentence: "…" },
			{ kind: "backlog", isOver: true, events: 0, sentence: "…" },
			{ kind: "webhook", webhookId: "w", failingSince: AT, sentence: "…" },
		];
		const told = alerts.map((alert) => messageOf({ id: "a", appId: "shop", at: AT, alert }, DASHBOARD));
		expect(told.map(({ type, title }) => [type, title])).to.deep.equal([
			["release.healthy", "3.4.9 is healthy"],
			["release.worse", "3.4.9 is worse than the release before"],
			["app.silent", "shop fell silent"],
			["app.sending", "shop sends events again"],
			["counting.behind", "Events of shop wait to be counted"],
			["counting.caught_up", "Events of shop are counted again"],
			["webhook.switched_off", "A webhook of shop was switched off"],
		]);
		for (const format of FORMATS) {
			for (const message of [...told, testMessage("t", "shop", AT, DASHBOARD)]) {
				expect(SHAPES[format].safeParse(JSON.parse(bodyOf(format, message))).error).to.equal(undefined);
			}
		}
	});
});
