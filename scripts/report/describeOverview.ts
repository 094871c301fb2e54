import { styleText } from "node:util";
import { ACTIVE_DAYS, MIN_SAMPLE, releaseHealth, TREND_DAYS, type Verdict } from "../../metrics/definitions.ts";
import type { VersionSummary } from "../../metrics/overview.ts";
import { formatAgo, formatCount, formatRate } from "../../web/src/ui/format.ts";
import { quantity } from "../quantity.ts";
import type { Overview } from "./readOverview.ts";

type Column = {
	readonly title: string;
	readonly align: "left" | "right";
	readonly cell: (row: VersionSummary) => string;
};

const COLORS: Readonly<Record<Verdict, "green" | "yellow" | "red" | "dim">> = {
	healthy: "green",
	watch: "yellow",
	failing: "red",
	"no data": "dim",
};

/** Heights of a bar, for a trend of one character a day. */
const BARS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** The overview as text for a terminal or a chat. `now` is in milliseconds since the epoch. */
export function describeOverview(overview: Overview, now: number): string {
	const { app, audience, lastEventAt, versions } = overview;
	const whose = audience === "production" ? "production only" : "emulators and development builds too";
	const last = lastEventAt === null ? "never" : formatAgo(lastEventAt, now);
	return [
		`${styleText("bold", app)}, ${whose}: last event ${last}, ${quantity(overview.activeDevices, "active devices")}`,
		"",
		...tableOf(versions, columns(now)),
		"",
		`Totals since each version's first event; active: seen in the last ${ACTIVE_DAYS} days; ` +
			`no failure rate below ${MIN_SAMPLE} installs and failures.`,
	].join("\n");
}

/** The overview as JSON, in the words of the data model. */
export function overviewJson({ app, audience, lastEventAt, activeDevices, versions }: Overview, now: number) {
	return {
		app_id: app,
		audience,
		generated_at: isoTime(now),
		last_event_at: isoTime(lastEventAt),
		active_devices: activeDevices,
		versions: versions.map((row) => ({
			version_name: row.version,
			verdict: row.verdict,
			installs: row.installs,
			active_devices: row.activeDevices,
			failure_rate: row.failureRate,
			failures: row.failures,
			sample: row.sample,
			rollbacks: row.rollbacks,
			last_event_at: isoTime(row.lastEventAt),
			days: row.trend.map(({ day, counts }) => {
				const { installs, failures } = releaseHealth(counts);
				return { day, installs, failures };
			}),
		})),
	};
}

function columns(now: number): readonly Column[] {
	return [
		{ title: "version", align: "left", cell: ({ version }) => version },
		{ title: "verdict", align: "left", cell: ({ verdict }) => verdict },
		{ title: "installs", align: "right", cell: ({ installs }) => formatCount(installs) },
		{ title: "active", align: "right", cell: ({ activeDevices }) => formatCount(activeDevices ?? 0) },
		{
			title: "failure rate",
			align: "right",
			cell: ({ failureRate }) => (failureRate === null ? "–" : formatRate(failureRate)),
		},
		{
			title: "failed",
			align: "right",
			cell: ({ failures, sample }) => `${formatCount(failures)} of ${formatCount(sample)}`,
		},
		{ title: "rollbacks", align: "right", cell: ({ rollbacks }) => formatCount(rollbacks) },
		{ title: `installs, ${TREND_DAYS} days`, align: "left", cell: trendBars },
		{
			title: "last event",
			align: "left",
			cell: ({ lastEventAt }) => (lastEventAt === null ? "never" : formatAgo(lastEventAt, now)),
		},
	];
}

function tableOf(rows: readonly VersionSummary[], of: readonly Column[]): readonly string[] {
	const cells = rows.map((row) => of.map(({ cell }) => printable(cell(row))));
	const widths = of.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)));
	const line = (texts: readonly string[]) =>
		of
			.map(({ align }, index) => pad(texts[index] ?? "", widths[index] ?? 0, align))
			.join("  ")
			.trimEnd();
	return [
		styleText("dim", line(of.map(({ title }) => title))),
		...rows.map(({ verdict }, index) => styleText(COLORS[verdict], line(cells[index] ?? []))),
	];
}

/** Names come from devices: what a terminal would obey is left out. */
function printable(text: string): string {
	return text.replace(/\p{Cc}/gu, "�");
}

function pad(text: string, width: number, align: Column["align"]): string {
	return align === "left" ? text.padEnd(width) : text.padStart(width);
}

function trendBars({ trend }: VersionSummary): string {
	const installs = trend.map(({ counts }) => releaseHealth(counts).installs);
	const most = Math.max(...installs, 1);
	return installs.map((count) => BARS[Math.ceil((count / most) * (BARS.length - 1))] ?? BARS[0]).join("");
}

function isoTime(at: number | null): string | null {
	return at === null ? null : new Date(at).toISOString();
}
