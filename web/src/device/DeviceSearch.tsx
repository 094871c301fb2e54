import { useEffect } from "preact/hooks";
import { devicePath } from "../../../functions/src/firestore/paths.ts";
import type { DeviceDocument } from "../../../metrics/documents.ts";
import { devicesByCustomId } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useLiveDocument, useLiveQuery } from "../data/live.ts";
import { Ago } from "../ui/Ago.tsx";
import { Loading, Notice } from "../ui/Notice.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";

const MAX_FOUND = 50;

type DeviceSearchProps = { readonly app: string; readonly search: string };

/** Finds devices by device id or custom id. The only one found is shown at once. */
export function DeviceSearch({ app, search }: DeviceSearchProps) {
	const { address, go } = useNavigation();
	const byId = useLiveDocument<DeviceDocument>(devicePath(app, search.toLowerCase()));
	const byCustomId = useLiveQuery<DeviceDocument>(devicesByCustomId(app, search, MAX_FOUND));
	const isReady = byId.state === "ready" && byCustomId.state === "ready";
	const found = isReady ? [...(byId.value ? [byId.value] : []), ...byCustomId.value] : [];
	const only = found.length === 1 ? found[0]?.device_id : undefined;

	useEffect(() => {
		if (only !== undefined) go({ ...overviewOf(app, address.audience), device: only }, { replace: true });
	}, [app, address.audience, only, go]);

	const failed = [byId, byCustomId].find((live) => live.state === "failed");
	if (failed?.state === "failed") return <Notice title="The search failed">{failed.error.message}</Notice>;
	if (!isReady || only !== undefined) return <Loading />;
	if (found.length === 0) {
		return (
			<Notice title="No such device">
				No device of {app} has the device id or the custom id “{search}”. Both must be complete.
			</Notice>
		);
	}
	return <FoundDevices search={search} devices={found} />;
}

type FoundDevicesProps = { readonly search: string; readonly devices: readonly DeviceDocument[] };

function FoundDevices({ search, devices }: FoundDevicesProps) {
	const { app, audience } = useNavigation().address;
	return (
		<section class="card flush">
			<div class="card-head">
				<ViewHeading title={`Devices of ${search}`}>
					{devices.length} devices of “{search}”
				</ViewHeading>
			</div>
			<table class="table">
				<thead>
					<tr>
						<th scope="col">Device</th>
						<th scope="col">Platform</th>
						<th scope="col">Version</th>
						<th scope="col">Last seen</th>
					</tr>
				</thead>
				<tbody>
					{devices.map(({ device_id, platform, version_os, version_name, last_seen_at }) => (
						<tr key={device_id}>
							<th scope="row">
								<Link class="mono" to={{ ...overviewOf(app, audience), device: device_id }}>
									{device_id}
								</Link>
							</th>
							<td data-label="Platform">
								{platform} {version_os}
							</td>
							<td data-label="Version">{version_name ?? "unknown"}</td>
							<td data-label="Last seen">
								<Ago at={last_seen_at?.toMillis()} />
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
