import { FLAGS } from "../devices/flags.ts";
import { VERDICTS } from "../watch/verdictDocument.ts";
import type { Health } from "./healthOf.ts";

/** What is told of an app to dashboards of others. Times are milliseconds since the epoch, null when unknown. */
export type AppMetrics = {
	readonly app: string;
	readonly releases: readonly Health[];
	readonly waitingEvents: number;
	/** Events of today that were not stored because the app had sent more than a day's. */
	readonly droppedEvents: number;
	/** Events of today that count without their device because the app had more new ones than a day's. */
	readonly untrackedEvents: number;
	readonly isPaused: boolean;
	readonly lastEventAt: number | null;
	readonly ranAt: number | null;
};

/** https://prometheus.io/docs/specs/om/open_metrics_spec/ */
export const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Readonly<Record<string, string>>;

type Family = {
	readonly name: string;
	readonly type: "gauge" | "stateset";
	readonly unit?: string;
	readonly help: string;
	readonly samples: readonly (readonly [labels: Labels, value: number])[];
};

/** An app's figures as OpenMetrics text: for each release one series a flag and one a verdict, and six for the app. */
export function metricsText(metrics: AppMetrics, now: number): string {
	const { app, releases, waitingEvents, droppedEvents, untrackedEvents, isPaused, lastEventAt, ranAt } = metrics;
	const age = (at: number | null): Family["samples"] =>
		at === null ? [] : [[{ app }, Math.max(0, (now - at) / 1_000)]];
	const families: readonly Family[] = [
		{
			name: "updater_release_devices",
			type: "gauge",
			help: "Production devices of a release by what they have done with it.",
			samples: releases.flatMap(({ version, devices }) =>
				FLAGS.map((outcome) => [{ app, version, outcome }, devices[outcome] ?? 0] as const),
			),
		},
		{
			name: "updater_release_verdict",
			type: "stateset",
			help: "The verdict on a release.",
			samples: releases.flatMap(({ version, verdict }) =>
				VERDICTS.map((state) => [{ app, version, updater_release_verdict: state }, verdict === state ? 1 : 0] as const),
			),
		},
		{
			name: "updater_uncounted_events",
			type: "gauge",
			help: "Events that had waited for more than ten minutes to be counted when the schedule last looked.",
			samples: [[{ app }, waitingEvents]],
		},
		{
			name: "updater_dropped_events",
			type: "gauge",
			help: "Events of this UTC day that were not stored because the app had sent more than a day's.",
			samples: [[{ app }, droppedEvents]],
		},
		{
			name: "updater_untracked_events",
			type: "gauge",
			help: "Events of this UTC day that count without their device because the app had more new ones than a day's.",
			samples: [[{ app }, untrackedEvents]],
		},
		{
			name: "updater_paused",
			type: "gauge",
			help: "Whether the app is paused: nothing that its devices send is stored.",
			samples: [[{ app }, isPaused ? 1 : 0]],
		},
		{
			name: "updater_last_event_age_seconds",
			type: "gauge",
			unit: "seconds",
			help: "Time since the newest event was counted.",
			samples: age(lastEventAt),
		},
		{
			name: "updater_judged_age_seconds",
			type: "gauge",
			unit: "seconds",
			help: "Time since the schedule last judged releases.",
			samples: age(ranAt),
		},
	];
	return `${families.flatMap(linesOf).join("\n")}\n# EOF\n`;
}

function linesOf({ name, type, unit, help, samples }: Family): readonly string[] {
	return [
		`# TYPE ${name} ${type}`,
		...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
		`# HELP ${name} ${help}`,
		...samples.map(([labels, value]) => `${name}${labelsText(labels)} ${value}`),
	];
}

/** Names come from devices: what would end a label's value is escaped. */
function labelsText(labels: Labels): string {
	const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
	return `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
	return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
