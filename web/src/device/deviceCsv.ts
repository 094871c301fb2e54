import type { Cell } from "../../../metrics/csv.ts";
import type { DeviceDocument } from "../../../metrics/documents.ts";
import { isKnown } from "./DeviceTable.tsx";

/** The header of a list of devices as CSV. */
export const deviceHeader: readonly string[] = [
	"device_id",
	"custom_id",
	"version_name",
	"platform",
	"version_os",
	"version_build",
	"version_code",
	"plugin_version",
	"channel",
	"default_channel",
	"is_prod",
	"is_emulator",
	"first_seen_at",
	"last_seen_at",
];

/** A list of devices as the rows of a CSV file. */
export function deviceRows(devices: readonly Partial<DeviceDocument>[]): Cell[][] {
	return devices
		.filter(isKnown)
		.map((device) => [
			device.device_id,
			device.custom_id,
			device.version_name,
			device.platform,
			device.version_os,
			device.version_build,
			device.version_code,
			device.plugin_version,
			device.channel,
			device.defaultChannel,
			device.is_prod,
			device.is_emulator,
			timeOf(device.first_seen_at),
			timeOf(device.last_seen_at),
		]);
}

function timeOf(moment: { toMillis(): number } | undefined): string | undefined {
	return moment && new Date(moment.toMillis()).toISOString();
}
