import type { Cell } from "../../../metrics/csv.ts";
import type { OverviewRow } from "../../../metrics/overview.ts";

/** The header of the overview as CSV: its columns, then the devices that first tried the version on each day. */
export function overviewHeader(days: readonly string[]): string[] {
	return [
		"version",
		"verdict",
		"family",
		"since",
		"sentence",
		"judged_at",
		"first_installed_on",
		"active_devices",
		"active_share",
		"tried",
		"downloaded",
		"installed",
		"ran",
		"failed",
		"recovered",
		"crashed",
		"without_bundle",
		"failed_share",
		"failed_low",
		"failed_high",
		"failed_checks",
		"last_event_at",
		...days.map((day) => `tried_${day}`),
	];
}

/** The rows of the overview as CSV. What isn't known is empty. */
export function overviewCsvRows(rows: readonly OverviewRow[], allActive: number | undefined): Cell[][] {
	return rows.map((row) => [
		row.version,
		row.verdict,
		row.family,
		row.since,
		row.sentence,
		isoTime(row.judgedAt),
		row.isInstalled ? row.appearedOn : null,
		row.activeDevices,
		row.activeDevices === null || !allActive ? null : Math.min(1, row.activeDevices / allActive),
		row.devices.tried,
		row.devices.downloaded,
		row.devices.installed,
		row.devices.ran,
		row.devices.failed,
		row.devices.recovered,
		row.devices.crashed,
		row.missing.failures,
		row.failed.share,
		row.failed.share === null ? null : row.failed.low,
		row.failed.share === null ? null : row.failed.high,
		row.failedChecks,
		isoTime(row.lastEventAt ?? null),
		...(row.trend ?? []).map(({ tried }) => tried),
	]);
}

function isoTime(at: number | null): string | null {
	return at === null ? null : new Date(at).toISOString();
}
