import { lookup } from "node:dns/promises";
import { text } from "node:stream/consumers";
import {
	addWebhook,
	type ListedWebhook,
	listWebhooks,
	MAX_WEBHOOKS,
	removeWebhook,
	rotateSecret,
	tryWebhook,
} from "../../functions/admin/webhooks/webhooks.ts";
import { type AddressPolicy, checkUrl } from "../../functions/src/webhooks/address.ts";
import { FORMATS, type Format } from "../../functions/src/webhooks/formats.ts";
import { type Post, post } from "../../functions/src/webhooks/post.ts";
import { LOOPBACK, PORTS } from "../cli/addresses.ts";
import type { OptionValues } from "../cli/command.ts";
import { type On, runOnData } from "../cli/dataCommand.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { chosenCommand, required } from "../cli/parseArguments.ts";
import type { Target } from "../cli/target.ts";

const USAGE = `Says where an app's alerts are sent.

Usage: npm run webhook -- add    --app ID --url URL [--format ${FORMATS.join("|")}]
       npm run webhook -- list   --app ID
       npm run webhook -- test   --app ID --webhook ID
       npm run webhook -- rotate --app ID --webhook ID
       npm run webhook -- remove --app ID --webhook ID

  --app ID         the app
  --url URL        where to: https only, and no address of a private network. A - reads it from the
                   standard input, which keeps it out of the shell's history
  --format FORMAT  standard (the default) is JSON as Standard Webhooks describes it; the others are
                   what the chat services take. All are signed
  --dashboard URL  the page to which messages link, by default that of the project's Hosting
  --webhook ID     the webhook, as add and list print it
                   test sends a message, and switches a webhook on again that was switched off
                   rotate gives it a new secret; the old one signs for another day, too`;

const COMMANDS = ["add", "list", "test", "rotate", "remove"] as const;

type Command = (typeof COMMANDS)[number];

const TIME_LIMIT_MS = 10_000;

const OPTIONS = {
	app: { type: "string" },
	url: { type: "string" },
	format: { type: "string", default: "standard" },
	dashboard: { type: "string" },
	webhook: { type: "string" },
} as const;

await runOnData({
	usage: USAGE,
	allowPositionals: true,
	options: OPTIONS,
	read: (values, positionals) => ({ command: chosenCommand(positionals, COMMANDS), values }),
	run: ({ command, values }, on) => run(command, values, on),
});

async function run(command: Command, options: OptionValues<typeof OPTIONS>, { db, target }: On): Promise<number> {
	const appId = required(options.app, "app");
	switch (command) {
		case "add": {
			const url = await readUrl(required(options.url, "url"), policyOf(target));
			const format = readFormat(options.format);
			const dashboardUrl = readDashboard(options.dashboard, target);
			const added = await addWebhook(db, { appId, url, format, dashboardUrl }, new Date());
			if (added === undefined) throw new ExplainedError(`${appId} has ${MAX_WEBHOOKS} webhooks, the most: remove one.`);
			console.log(`Webhook ${added.id} gets the alerts of ${appId}. Try it: npm run webhook -- test …`);
			console.log(`Its secret, by which the receiver knows them: ${added.secret}`);
			return 0;
		}
		case "list": {
			const webhooks = await listWebhooks(db, appId);
			for (const webhook of webhooks) console.log(describe(webhook));
			if (webhooks.length === 0) console.log(`${appId} has no webhooks.`);
			return 0;
		}
		case "test": {
			const id = required(options.webhook, "webhook");
			const webhook = (await listWebhooks(db, appId)).find((known) => known.id === id);
			if (webhook === undefined) throw noWebhook(appId, id);
			const send = (message: Post) =>
				post(message, {
					...policyOf(target),
					lookup: (host) => lookup(host, { all: true }),
					timeLimitMs: TIME_LIMIT_MS,
				});
			const outcome = await tryWebhook(db, appId, webhook, { now: Date.now, post: send });
			if (!outcome.ok) throw new ExplainedError(`The webhook ${id} did not take the message: ${outcome.reason}.`);
			console.log(`The webhook ${id} took the message${webhook.webhook.switched_off_at ? " and is on again" : ""}.`);
			return 0;
		}
		case "rotate": {
			const id = required(options.webhook, "webhook");
			const secret = await rotateSecret(db, appId, id, new Date());
			if (secret === undefined) throw noWebhook(appId, id);
			console.log(`The new secret of ${id}: ${secret}\nThe old one signs for another day, too.`);
			return 0;
		}
		case "remove": {
			const id = required(options.webhook, "webhook");
			if (!(await removeWebhook(db, appId, id))) throw noWebhook(appId, id);
			console.log(`Nothing is sent to ${id} any more.`);
			return 0;
		}
	}
}

/** The path of a URL is a key to the channel: it is not shown. */
function describe({ id, webhook }: ListedWebhook): string {
	const { url, format, failing_since, switched_off_at } = webhook;
	const state = switched_off_at
		? `switched off at ${switched_off_at.toDate().toISOString()}`
		: failing_since
			? `failing since ${failing_since.toDate().toISOString()}`
			: "";
	return `${id}  ${format.padEnd(9)} ${new URL(url).host}  ${state}`.trimEnd();
}

/** A receiver on one's own machine can be tried with the emulators only. */
function policyOf({ emulatorHosts }: Target): AddressPolicy {
	return { allowsLoopback: emulatorHosts.length > 0 };
}

async function readUrl(given: string, policy: AddressPolicy): Promise<string> {
	const url = given === "-" ? (await text(process.stdin)).trim() : given;
	const checked = checkUrl(url, policy);
	if (!checked.ok) throw new ExplainedError(`--url ${checked.problem}.`);
	return checked.url.href;
}

function readFormat(given: string): Format {
	const format = FORMATS.find((known) => known === given);
	if (format !== undefined) return format;
	throw new ExplainedError(`--format is ${given}: give ${FORMATS.slice(0, -1).join(", ")} or ${FORMATS.at(-1)}.`);
}

function readDashboard(given: string | undefined, { projectId, emulatorHosts }: Target): string {
	const hosting =
		emulatorHosts.length > 0 ? `http://${LOOPBACK}:${PORTS.hosting.standard}` : `https://${projectId}.web.app`;
	const url = URL.parse(given ?? hosting);
	if (url === null || !/^https?:$/.test(url.protocol)) throw new ExplainedError(`--dashboard is ${given}: give a URL.`);
	return url.href;
}

function noWebhook(appId: string, id: string): ExplainedError {
	return new ExplainedError(`${appId} has no webhook ${id}: npm run webhook -- list --app ${appId} prints them.`);
}
