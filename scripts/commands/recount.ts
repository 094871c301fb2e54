import { styleText } from "node:util";
import { type RecountReport, recount } from "../../functions/admin/recount/recount.ts";
import { RETENTION_DAYS } from "../../functions/src/config.ts";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import { DAY_MS } from "../../functions/src/events/time.ts";
import { versionPath } from "../../functions/src/firestore/paths.ts";
import { quantity } from "../../metrics/format.ts";
import { type On, runOnData } from "../cli/dataCommand.ts";
import { deployedCount } from "../cli/deployedCount.ts";
import { deployedSetting } from "../cli/deployedSetting.ts";
import { ExplainedError } from "../cli/explainedError.ts";
import { required } from "../cli/parseArguments.ts";
import { endProgress, progressLine } from "../cli/progressLine.ts";
import { settingDefault } from "../cli/settingDefault.ts";

const USAGE = `Rebuilds an app's counters from its events. It may run while traffic flows.

Usage: npm run recount -- --app com.example.shop --dry-run --project my-project

  --app ID       the app
  --version V    this version only
  --dry-run      print the differences and change nothing. The exit code is 1 when something is wrong
  --since DAY    the first UTC day (YYYY-MM-DD) of which every event is still stored; by default the first day within
                 the deployed RETENTION_DAYS. Give it when you have made the retention longer
  --json         print the report as JSON`;

/** Sorts before every day: with no retention, no event was ever deleted. */
const EVERY_DAY = "0000-00-00";

await runOnData({
	usage: USAGE,
	options: {
		app: { type: "string" },
		version: { type: "string" },
		since: { type: "string" },
		"dry-run": { type: "boolean", default: false },
		json: { type: "boolean", default: false },
	},
	read: (values) => {
		if (values.since !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(values.since)) {
			throw new ExplainedError("--since takes a day such as 2026-01-31.");
		}
		return { ...values, appId: required(values.app, "app"), isDryRun: values["dry-run"] };
	},
	run: async ({ appId, version, since, isDryRun, json }, { db, target: { projectId } }) => {
		const options = {
			appId,
			...(version !== undefined && { version }),
			dryRun: isDryRun,
			firstDay: since ?? firstStoredDay(projectId, Date.now()),
			onProgress: (events: number) => progressLine(`${quantity(events, "events")} read`),
			count: deployedCount(db, projectId, true),
		};
		const report = await explainMissing(() => recount(db, options));
		endProgress();
		if (version !== undefined) await checkVersion(db, appId, version, report);
		console.log(json ? JSON.stringify(report, null, 2) : describe(report, isDryRun));
		return isRight(report, isDryRun) ? 0 : 1;
	},
});

/** Events that wait for a moment are no fault: the trigger, or else the sweep, counts them. */
function isRight({ conflicts, differences, waiting }: RecountReport, isDryRun: boolean): boolean {
	return conflicts.length === 0 && (!isDryRun || (differences.length === 0 && waiting === 0));
}

function firstStoredDay(project: string, now: number): string {
	const retentionDays = Number(deployedSetting(project, "RETENTION_DAYS") ?? settingDefault(RETENTION_DAYS));
	return retentionDays === 0 ? EVERY_DAY : utcDay(now - retentionDays * DAY_MS);
}

/** A recount says with a RangeError that the app doesn't exist. */
async function explainMissing(work: () => Promise<RecountReport>): Promise<RecountReport> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof RangeError) throw new ExplainedError(error.message);
		throw error;
	}
}

/** @throws ExplainedError when a version has neither counters nor events. */
async function checkVersion(
	db: On["db"],
	appId: string,
	version: string,
	{ differences, uncounted, daysLeftAlone }: RecountReport,
): Promise<void> {
	// Events of it would differ from the counters that it hasn't, unless no delivery counted them yet.
	if (differences.length > 0 || uncounted > 0 || daysLeftAlone.length > 0) return;
	const { exists } = await db.doc(versionPath(appId, version)).get();
	if (!exists) throw new ExplainedError(`There is no version ${version} of ${appId}.`);
}

function describe(report: RecountReport, isDryRun: boolean): string {
	const { differences, daysLeftAlone, malformed, conflicts, uncounted, waiting } = report;
	const lines = [
		...table(report),
		differences.length === 0
			? styleText("green", "The counters agree with the events.")
			: isDryRun
				? `Wrong: ${quantity(differences.length, "counts")}. Run again without --dry-run to repair them.`
				: styleText("green", `Repaired: ${quantity(differences.length, "counts")}.`),
		...(uncounted > 0 ? [`Not counted ${isDryRun ? "yet" : "until now"}: ${quantity(uncounted, "events")}.`] : []),
		...(waiting > 0
			? [styleText("yellow", `For more than ten minutes: ${waiting} of them. Is countEvent running?`)]
			: []),
		...(daysLeftAlone.length > 0
			? [
					`Left alone: ${quantity(daysLeftAlone.length, "days")} before the retention horizon, ` +
						`${daysLeftAlone[0]} to ${daysLeftAlone.at(-1)}: the events are deleted, the counters stay as they are.`,
				]
			: []),
		...malformed.map((path) => styleText("yellow", `Malformed, counts as nothing: ${path}`)),
		...conflicts.map((path) => styleText("red", `Another recount changed ${path} meanwhile: run again.`)),
	];
	return lines.join("\n");
}

function table({ differences }: RecountReport): readonly string[] {
	if (differences.length === 0) return [];
	const rows = [
		["document", "count", "stored", "by events", "difference"],
		...differences.map(({ path, field, stored, expected }) => [
			path,
			field,
			String(stored),
			String(expected),
			`${expected > stored ? "+" : ""}${expected - stored}`,
		]),
	];
	const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
	return rows.map((row) => row.map((cell, column) => pad(cell, widths[column] ?? 0, column >= 2)).join("  "));
}

function pad(cell: string, width: number, isNumber: boolean): string {
	return isNumber ? cell.padStart(width) : cell.padEnd(width);
}
