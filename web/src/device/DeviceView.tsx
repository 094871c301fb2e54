import { devicePath } from "../../../functions/src/firestore/paths.ts";
import { releasesOfDevice } from "../../../metrics/deviceReleases.ts";
import type { DeviceDocument, EventDocument } from "../../../metrics/documents.ts";
import { formatCount } from "../../../metrics/format.ts";
import { eventsOfDevice } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useCounts } from "../data/counts.ts";
import { useLiveDocument, useLiveQuery } from "../data/live.ts";
import { Ago } from "../ui/Ago.tsx";
import { ExportAll } from "../ui/ExportAll.tsx";
import { eventHeader, eventRows } from "../ui/eventCsv.ts";
import { Loading, Notice } from "../ui/Notice.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import { DeviceReleases } from "./DeviceReleases.tsx";
import { Timeline } from "./Timeline.tsx";
import "./device.css";

/** Events that are shown at first, and that "show more" adds. */
const PAGE_SIZE = 50;

type DeviceViewProps = { readonly app: string; readonly deviceId: string };

/** A device: its last known state, and what it reported, newest first. */
export function DeviceView({ app, deviceId }: DeviceViewProps) {
	const { address, go } = useNavigation();
	const device = useLiveDocument<DeviceDocument>(devicePath(app, deviceId));
	const limit = PAGE_SIZE * (address.more + 1);
	const events = useLiveQuery<EventDocument>(eventsOfDevice(app, deviceId, limit));
	const newestAt = events.state === "ready" ? (events.value[0]?.received_at.toMillis() ?? null) : null;
	const total = useCounts(new Map([["events", { spec: eventsOfDevice(app, deviceId), changedAt: newestAt }]])).get(
		"events",
	);

	if (device.state === "loading" || events.state === "loading") return <Loading />;
	if (device.state === "failed") return <Notice title="The device could not be read">{device.error.message}</Notice>;
	if (events.state === "failed") return <Notice title="Its events could not be read">{events.error.message}</Notice>;
	if (device.value === null) {
		return (
			<Notice title="No such device">
				{app} has no device with the id “{deviceId}”.
			</Notice>
		);
	}
	return (
		<>
			<nav class="crumbs" aria-label="Breadcrumb">
				<Link to={overviewOf(app, address.audience)}>Releases</Link> <span aria-hidden="true">/</span> Device
			</nav>
			<div class="view-head">
				<ViewHeading title={`Device ${deviceId}`} isMono>
					{deviceId}
				</ViewHeading>
				<ExportAll<EventDocument>
					name={`${app}-device-${deviceId}`}
					header={eventHeader}
					spec={eventsOfDevice(app, deviceId)}
					rows={eventRows}
					total={total}
				/>
			</div>
			<DeviceState device={device.value} />
			<DeviceReleases releases={releasesOfDevice(device.value.releases)} running={device.value.version_name} />
			<Timeline events={events.value} />
			{events.value.length === limit && (
				<p class="more">
					<button
						type="button"
						class="button"
						onClick={() => go({ ...address, more: address.more + 1 }, { replace: true })}
					>
						Show {PAGE_SIZE} more{total === undefined ? "" : ` of ${formatCount(total)}`} events
					</button>
				</p>
			)}
		</>
	);
}

function DeviceState({ device }: { readonly device: DeviceDocument }) {
	const { app, audience } = useNavigation().address;
	const { version_name } = device;
	const facts = [
		["Platform", [device.platform, device.version_os].filter(Boolean).join(" ")],
		["Native app", [device.version_build, device.version_code && `(${device.version_code})`].filter(Boolean).join(" ")],
		["Plugin", device.plugin_version],
		["Custom id", device.custom_id],
		["Channel", device.channel ?? device.defaultChannel],
		["Installed from", device.install_source],
		["Build", device.is_prod === false ? "not for production" : "production"],
		["Hardware", device.is_emulator ? "emulator" : "device"],
		["Events dropped", device.dropped_events && `${formatCount(device.dropped_events)}: it sent too many in a day`],
	].filter((fact): fact is [string, string] => Boolean(fact[1]));
	return (
		<section class="card" aria-label="State">
			<dl class="facts">
				<div>
					<dt>Runs</dt>
					<dd>
						{version_name === undefined ? (
							<span class="muted">unknown</span>
						) : (
							<Link to={{ ...overviewOf(app, audience), version: version_name }}>{version_name}</Link>
						)}
					</dd>
				</div>
				<div>
					<dt>Last seen</dt>
					<dd>
						<Ago at={device.last_seen_at?.toMillis()} />
					</dd>
				</div>
				<div>
					<dt>First seen</dt>
					<dd>
						<Ago at={device.first_seen_at?.toMillis()} />
					</dd>
				</div>
				{facts.map(([name, value]) => (
					<div key={name}>
						<dt>{name}</dt>
						<dd>{value}</dd>
					</div>
				))}
			</dl>
		</section>
	);
}
