import { useEffect } from "preact/hooks";
import type { DeviceDocument } from "../../../metrics/documents.ts";
import { formatDevices } from "../../../metrics/format.ts";
import { devicesBeginningWith, devicesByCustomId } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useQueryAsOf } from "../data/polled.ts";
import { Loading, Notice } from "../ui/Notice.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import { DeviceTable, isKnown } from "./DeviceTable.tsx";
import "./device.css";

const MAX_FOUND = 50;

type DeviceSearchProps = { readonly app: string; readonly search: string };

/** Finds devices by the beginning of their id, or by custom id. The only one found is shown at once. */
export function DeviceSearch({ app, search }: DeviceSearchProps) {
	const { address, go } = useNavigation();
	// No id holds what is not valid Unicode.
	const text = search.toWellFormed();
	const byId = useQueryAsOf<DeviceDocument>(devicesBeginningWith(app, text, MAX_FOUND), null);
	const byCustomId = useQueryAsOf<DeviceDocument>(devicesByCustomId(app, text, MAX_FOUND), null);
	const isReady = byId.state === "ready" && byCustomId.state === "ready";
	const found = isReady ? distinct([...byId.value, ...byCustomId.value].filter(isKnown)) : [];
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
				No device of {app} has an id that begins with “{search}”, nor that custom id.{" "}
				<Link to={{ ...overviewOf(app, address.audience), devices: 7 }}>List devices</Link> by version, platform and
				channel.
			</Notice>
		);
	}
	const isMore = byId.value.length === MAX_FOUND || byCustomId.value.length === MAX_FOUND;
	return (
		<section class="card flush">
			<div class="card-head">
				<div>
					<ViewHeading title={`Devices of ${search}`}>
						{formatDevices(found.length)} of “{search}”
					</ViewHeading>
					<p class="muted small">
						By the beginning of the device id, or the whole custom id.
						{isMore && " There may be more: type more of the id."}
					</p>
				</div>
			</div>
			<DeviceTable devices={found} label="Devices found" />
		</section>
	);
}

function distinct(devices: readonly DeviceDocument[]): readonly DeviceDocument[] {
	return [...new Map(devices.map((device) => [device.device_id, device])).values()];
}
