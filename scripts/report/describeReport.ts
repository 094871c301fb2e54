import { styleText } from "node:util";
import { type DeviceCounts, FLAGS } from "../../functions/src/devices/flags.ts";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import type { Verdict } from "../../functions/src/releases/judgeRate.ts";
import { percent } from "../../functions/src/releases/sentence.ts";
import { lastDays } from "../../metrics/days.ts";
import { ACTIVE_DAYS, TREND_DAYS } from "../../metrics/definitions.ts";
import { DROPPED_DAYS } from "../../metrics/droppedEvents.ts";
import { formatAgo, formatCount, quantity } from "../../metrics/format.ts";
import { unjudgedSentence } from "../../metrics/releaseReport.ts";
import { isRolloutOver, verdictWords } from "../../metrics/verdictWords.ts";
import { printable } from "../cli/printable.ts";
import type { Report } from "./readReport.ts";

type Row = Report["versions"][number];

const COLORS: Readonly<Record<Verdict, "green" | "yellow" | "red" | "dim">> = {
	healthy: "green",
	worse: "red",
	failing: "red",
	"too early": "yellow",
	"no data": "dim",
};

/** Columns of a terminal. */
const WIDTH = 80;

/** Heights of a bar, for a trend of one character a day. */
const BARS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** The flags that the report shows: `well` is what the page's funnel ends with. */
const REPORTED_FLAGS = FLAGS.filter((flag) => flag !== "well");

/** The report as text for a terminal or a chat. `now` is in milliseconds since the epoch. */
export function describeReport(report: Report, now: number): string {
	const { app, lastEventAt, activeDevices, waitingEvents, droppedEvents, untrackedEvents, pausedAt, versions } = report;
	const last = lastEventAt === null ? "never" : formatAgo(lastEventAt, now);
	const checks = versions.reduce((sum, { failedChecks }) => sum + failedChecks, 0);
	return [
		styleText("bold", printable(app)),
		`Last event ${last}. ${quantity(activeDevices, "active devices")}, seen in the last ${ACTIVE_DAYS} days.`,
		...(waitingEvents > 0 ? [styleText("yellow", `${quantity(waitingEvents, "events")} waited to be counted.`)] : []),
		...(pausedAt === null
			? []
			: [styleText("red", `Paused ${formatAgo(pausedAt, now)}: nothing is stored until npm run resume.`)]),
		...(droppedEvents > 0
			? [
					styleText(
						"red",
						`${quantity(droppedEvents, "events")} of the last ${DROPPED_DAYS} days were dropped: too many.`,
					),
				]
			: []),
		...(untrackedEvents > 0
			? [
					styleText(
						"red",
						`${quantity(untrackedEvents, "events")} of the last ${DROPPED_DAYS} days count without their devices: too many are new.`,
					),
				]
			: []),
		...(checks > 0
			? [`${quantity(checks, "checks")} for an update failed: told apart, they are about no release.`]
			: []),
		...versions.flatMap((row) => ["", ...describeVersion(row, report, now)]),
		"",
		styleText("dim", wrapped("Production devices, each counted once for a release. Newest release first.").join("\n")),
	].join("\n");
}

function describeVersion(row: Row, { activeDevices }: Report, now: number): readonly string[] {
	const { version, judgement, devices } = row;
	const verdict = judgement?.verdict ?? "no data";
	const said = judgement ? verdictWords(verdict, isRolloutOver(row.days, utcDay(now))) : "not judged";
	const title = `${styleText("bold", printable(version))}  ${styleText(COLORS[verdict], said)}`;
	const adoption =
		activeDevices === 0 ? "" : ` (${percent(Math.min(1, row.activeDevices / activeDevices))} of the active)`;
	const figures = [
		`runs on ${formatCount(row.activeDevices)}${adoption}`,
		`tried ${formatCount(devices.tried)}`,
		`installed ${formatCount(devices.installed)}`,
		`failed ${formatCount(devices.failed)}`,
		`crashed ${formatCount(devices.crashed)}`,
		`not downloaded ${formatCount(Math.max(0, devices.tried - devices.downloaded))}`,
		`last event ${row.lastEventAt === null ? "never" : formatAgo(row.lastEventAt, now)}`,
	].join(", ");
	return [
		title,
		...wrapped(printable(judgement?.sentence ?? unjudgedSentence(row)), "  "),
		...wrapped(figures, "  "),
		`  devices that tried it, last ${TREND_DAYS} days: ${trendBars(row, now)}`,
	];
}

/** The report as JSON, in the words of the data model. */
export function reportJson(report: Report, now: number) {
	const { app, lastEventAt, activeDevices, waitingEvents, droppedEvents, untrackedEvents, pausedAt, versions } = report;
	return {
		app_id: app,
		generated_at: isoTime(now),
		last_event_at: isoTime(lastEventAt),
		active_devices: activeDevices,
		waiting_events: waitingEvents,
		dropped_events: droppedEvents,
		untracked_events: untrackedEvents,
		paused_at: isoTime(pausedAt),
		failed_checks: versions.reduce((sum, { failedChecks }) => sum + failedChecks, 0),
		versions: versions.map((row) => ({
			version_name: row.version,
			verdict: row.judgement?.verdict ?? "no data",
			family: row.judgement?.family ?? null,
			since: row.judgement?.since ?? null,
			sentence: row.judgement?.sentence ?? unjudgedSentence(row),
			devices: reportedDevices(row.devices),
			rates: row.judgement?.rates ?? null,
			before: row.judgement?.before ?? null,
			active_devices: row.activeDevices,
			failed_checks: row.failedChecks,
			first_installed_on: row.firstInstalledOn,
			last_event_at: isoTime(row.lastEventAt),
			days: row.days.map(({ day, devices }) => ({ day, devices: reportedDevices(devices) })),
		})),
	};
}

function reportedDevices(devices: DeviceCounts): Partial<DeviceCounts> {
	return Object.fromEntries(REPORTED_FLAGS.map((flag) => [flag, devices[flag]]));
}

/** Text in lines that fit a terminal. */
function wrapped(text: string, indent = ""): readonly string[] {
	const lines: string[] = [];
	let line = indent;
	for (const word of text.split(" ")) {
		const longer = line === indent ? `${indent}${word}` : `${line} ${word}`;
		if (longer.length > WIDTH && line !== indent) {
			lines.push(line);
			line = `${indent}${word}`;
		} else {
			line = longer;
		}
	}
	return [...lines, line];
}

function trendBars({ days }: Row, now: number): string {
	const byDay = new Map(days.map(({ day, devices }) => [day, devices.tried]));
	const tried = lastDays(now, TREND_DAYS).map((day) => byDay.get(day) ?? 0);
	const most = Math.max(...tried, 1);
	return tried.map((count) => BARS[Math.ceil((count / most) * (BARS.length - 1))] ?? BARS[0]).join("");
}

function isoTime(at: number | null): string | null {
	return at === null ? null : new Date(at).toISOString();
}
