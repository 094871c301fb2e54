import { platformName } from "../../../metrics/breakdowns.ts";
import type { DeviceDocument } from "../../../metrics/documents.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { Ago } from "../ui/Ago.tsx";

/** Devices as rows, each a link to its page. */
export function DeviceTable({
	devices,
	label,
}: {
	readonly devices: readonly DeviceDocument[];
	readonly label: string;
}) {
	const { app, audience } = useNavigation().address;
	return (
		<table class="table compact device-table" aria-label={label}>
			<thead>
				<tr>
					<th scope="col">Device</th>
					<th scope="col">Runs</th>
					<th scope="col">Platform</th>
					<th scope="col">Native build</th>
					<th scope="col">Plugin</th>
					<th scope="col">Channel</th>
					<th scope="col" class="number">
						Last seen
					</th>
				</tr>
			</thead>
			<tbody>
				{devices.map((device) => (
					<tr key={device.device_id}>
						<th scope="row">
							<Link class="mono" to={{ ...overviewOf(app, audience), device: device.device_id }}>
								{device.device_id}
							</Link>
							{device.custom_id && <span class="detail">{device.custom_id}</span>}
						</th>
						<td data-label="Runs">{device.version_name ?? "unknown"}</td>
						<td data-label="Platform">
							{platformName(device.platform ?? "")} {device.version_os}
						</td>
						<td data-label="Native build">{device.version_build}</td>
						<td data-label="Plugin">{device.plugin_version}</td>
						<td data-label="Channel">{device.channel ?? device.defaultChannel ?? "–"}</td>
						<td data-label="Last seen" class="number nowrap">
							<Ago at={device.last_seen_at?.toMillis()} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** A device that has sent nothing but what was dropped has no name in its document, and nothing to show. */
export function isKnown(device: Partial<DeviceDocument>): device is DeviceDocument {
	return device.device_id !== undefined;
}
