import type { Cell } from "../../../metrics/csv.ts";
import { INSTALL_ACTION } from "../../../metrics/definitions.ts";
import type { VersionSummary } from "../../../metrics/overview.ts";

/** The header of the overview as CSV: its columns, then the installs of each day. */
export function overviewHeader(days: readonly string[]): string[] {
	return [
		"version",
		"verdict",
		"installs",
		"active_devices",
		"failure_rate",
		"failures",
		"sample",
		"rollbacks",
		"last_event_at",
		...days.map((day) => `installs_${day}`),
	];
}

/** The rows of the overview as CSV. */
export function overviewRows(summaries: readonly VersionSummary[]): Cell[][] {
	return summaries.map((summary) => [
		summary.version,
		summary.verdict,
		summary.installs,
		summary.activeDevices,
		summary.failureRate,
		summary.failures,
		summary.sample,
		summary.rollbacks,
		summary.lastEventAt === null ? null : new Date(summary.lastEventAt).toISOString(),
		...summary.trend.map(({ counts }) => counts[INSTALL_ACTION] ?? 0),
	]);
}
