import { type LimitsChange, readLimits, resetLimits, setLimits } from "../../functions/admin/limits/limits.ts";
import { appPath } from "../../functions/src/firestore/paths.ts";
import { DEFAULT_LIMITS, type Limits, type RateName } from "../../functions/src/releases/limits.ts";
import { percent } from "../../functions/src/releases/sentence.ts";
import { runOnData } from "../cli/dataCommand.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { required } from "../cli/parseArguments.ts";

const USAGE = `Says how large a share of its devices a release of an app may lose before it is failing.

Usage: npm run limits -- --app ID                            prints the limits
       npm run limits -- --app ID --updates 3% --crashes 2%  sets some of them
       npm run limits -- --app ID --reset                    sets the defaults

  --app ID             the app
  --updates SHARE      of the devices that tried it: those on which it failed after it had arrived (${percent(DEFAULT_LIMITS.updates)})
  --downloads SHARE    of the same: those that failed to download it and still lack it (${percent(DEFAULT_LIMITS.downloads)})
  --undelivered SHARE  of those that tried it more than a day ago: those that lack it (${percent(DEFAULT_LIMITS.undelivered)})
  --crashes SHARE      of the devices that ran it: those on which it crashed within a day (${percent(DEFAULT_LIMITS.crashes)})
                       A share is written as 3% or 0.03. The schedule judges by it within five minutes`;

const RATES = Object.keys(DEFAULT_LIMITS) as readonly RateName[];

await runOnData({
	usage: USAGE,
	options: {
		app: { type: "string" },
		updates: { type: "string" },
		downloads: { type: "string" },
		undelivered: { type: "string" },
		crashes: { type: "string" },
		reset: { type: "boolean", default: false },
	},
	read: (values) => {
		const appId = required(values.app, "app");
		const given = readShares(values);
		const isChange = Object.keys(given).length > 0;
		if (values.reset && isChange) throw new ExplainedError("Give limits, or --reset, not both.");
		return { appId, given, isChange, isReset: values.reset };
	},
	run: async ({ appId, given, isChange, isReset }, { db }) => {
		if (isReset) explainChange(await resetLimits(db, appId, new Date()), appId);
		else if (isChange) explainChange(await setLimits(db, appId, given, new Date()), appId);
		const { limits, own } = await readLimits(db, appId);
		console.log(limitsTable(limits, own));
		const app = await db.doc(appPath(appId)).get();
		if (app.get("events") === undefined) console.error(`${appId} sent nothing yet. Is the app's id right?`);
		return 0;
	},
});

function readShares(values: Partial<Record<RateName, string | undefined>>): Partial<Record<RateName, number>> {
	const given = RATES.flatMap((name) => {
		const text = values[name];
		return text === undefined ? [] : [[name, readShare(name, text)] as const];
	});
	return Object.fromEntries(given);
}

function readShare(name: RateName, text: string): number {
	const [, number, sign] = text.match(/^(\d+(?:\.\d+)?|\.\d+) ?(%?)$/) ?? [];
	if (number === undefined) throw new ExplainedError(`--${name} is ${text}: give a share of devices, as 3% or 0.03.`);
	return sign === "%" ? Number(number) / 100 : Number(number);
}

function explainChange(change: LimitsChange, appId: string): void {
	if (!change.ok) throw new ExplainedError(`The limits of ${appId} stay as they were: ${change.problems.join("; ")}.`);
	console.error(`Set. ${change.rejudged} releases are judged by it in the schedule's next run.`);
}

function limitsTable(limits: Limits, own: readonly string[]): string {
	return RATES.map((name) => {
		return `${name.padEnd(12)} ${percent(limits[name]).padStart(7)}${own.includes(name) ? "" : "  (default)"}`;
	}).join("\n");
}
