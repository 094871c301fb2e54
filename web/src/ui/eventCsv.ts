import type { Cell } from "../../../metrics/csv.ts";
import type { EventDocument } from "../../../metrics/documents.ts";

/** The header of a list of events as CSV. */
export const eventHeader: readonly string[] = [
	"occurred_at",
	"received_at",
	"action",
	"version_name",
	"old_version_name",
	"file",
	"message",
	"device_id",
	"custom_id",
	"platform",
	"version_os",
	"version_build",
	"version_code",
	"plugin_version",
	"is_prod",
	"is_emulator",
	"metadata",
];

/** A list of events as the rows of a CSV file. */
export function eventRows(events: readonly EventDocument[]): Cell[][] {
	return events.map((event) => [
		new Date(event.occurred_at.toMillis()).toISOString(),
		new Date(event.received_at.toMillis()).toISOString(),
		event.action,
		event.version_name,
		event.old_version_name,
		event.file,
		event.message,
		event.device_id,
		event.custom_id,
		event.platform,
		event.version_os,
		event.version_build,
		event.version_code,
		event.plugin_version,
		event.is_prod,
		event.is_emulator,
		event.metadata && JSON.stringify(event.metadata),
	]);
}
