import { MAX_NAME_LENGTH } from "../../../functions/src/events/sizes.ts";
import { dayBefore } from "../../../metrics/days.ts";
import type { DeviceDocument } from "../../../metrics/documents.ts";
import { formatDevices } from "../../../metrics/format.ts";
import { devicesSeen } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useCounts } from "../data/counts.ts";
import { usePagedQuery } from "../data/paged.ts";
import { ExportAll } from "../ui/ExportAll.tsx";
import { useNow } from "../ui/now.tsx";
import { ViewHeading } from "../ui/ViewHeading.tsx";
import { DeviceTable, isKnown } from "./DeviceTable.tsx";
import { deviceHeader, deviceRows } from "./deviceCsv.ts";
import "./device.css";

/** Devices that are listed at first, and that "show more" adds. */
const PAGE_SIZE = 25;

const PLATFORMS = [
	{ value: "", label: "Any platform" },
	{ value: "android", label: "Android" },
	{ value: "ios", label: "iOS" },
	{ value: "electron", label: "Electron" },
] as const;

const DAYS = [1, 7, 30, 90] as const;

type DeviceListProps = { readonly app: string; readonly days: number };

/** The devices that run a version, of a platform and a channel, seen lately. */
export function DeviceList({ app, days }: DeviceListProps) {
	const { address, go } = useNavigation();
	const { version, platform, channel, audience, more } = address;
	const now = useNow();
	const seen = { appId: app, audience, since: dayBefore(now, days - 1), version, platform, channel };
	const found = usePagedQuery<DeviceDocument>(devicesSeen(seen), PAGE_SIZE * (more + 1), null);
	const total = useCounts(new Map([["devices", { spec: devicesSeen(seen), changedAt: null }]])).get("devices");
	const devices = found.values.filter(isKnown);
	const showMore = () => go({ ...address, more: more + 1 }, { replace: true });
	return (
		<>
			<nav class="crumbs" aria-label="Breadcrumb">
				<Link to={overviewOf(app, audience)}>Releases</Link> <span aria-hidden="true">/</span>{" "}
				{version !== undefined && (
					<>
						<Link to={{ ...overviewOf(app, audience), version }}>{version}</Link> <span aria-hidden="true">/</span>{" "}
					</>
				)}
				Devices
			</nav>
			<div class="view-head">
				<div>
					<ViewHeading title="Devices">Devices</ViewHeading>
					<p class="muted" role="status">
						{total === undefined ? "Counting…" : headline(total, { version, platform, channel, days })}
					</p>
				</div>
				<ExportAll<DeviceDocument>
					name={`${app}-devices${version === undefined ? "" : `-${version}`}`}
					header={deviceHeader}
					spec={devicesSeen(seen)}
					rows={deviceRows}
					total={total}
				/>
			</div>
			<Filters key={JSON.stringify([version, platform, channel, days])} days={days} />
			<section class="card flush" aria-label="Devices found">
				{found.state === "loading" && <p class="pad muted">Loading…</p>}
				{found.state === "failed" && (
					<p class="problem" role="alert">
						They could not be read.
					</p>
				)}
				{found.state === "ready" && devices.length === 0 && <p class="pad muted">No device is like that.</p>}
				{devices.length > 0 && <DeviceTable devices={devices} label="Devices" />}
				{found.state === "ready" && !found.isComplete && (
					<p class="more">
						<button type="button" class="button" onClick={showMore}>
							Show {PAGE_SIZE} more
						</button>
					</p>
				)}
			</section>
		</>
	);
}

type Filtered = {
	readonly version: string | undefined;
	readonly platform: string | undefined;
	readonly channel: string | undefined;
	readonly days: number;
};

function headline(total: number, { version, platform, channel, days }: Filtered): string {
	const what = [
		platform && `on ${PLATFORMS.find(({ value }) => value === platform)?.label ?? platform}`,
		channel && `of channel ${channel}`,
		version && `on ${version}`,
		days === 1 ? "seen today" : `seen in the last ${days} days`,
	].filter(Boolean);
	return `${formatDevices(total)} ${what.join(", ")}.`;
}

function Filters({ days }: { readonly days: number }) {
	const { address, go } = useNavigation();
	return (
		<form
			class="card filters"
			onSubmit={(event) => {
				event.preventDefault();
				const form = new FormData(event.currentTarget);
				const text = (name: string) => String(form.get(name) ?? "").trim() || undefined;
				go({
					...overviewOf(address.app, address.audience),
					version: text("version"),
					platform: text("platform"),
					channel: text("channel"),
					devices: Number(text("days") ?? days),
				});
			}}
		>
			<label>
				<span>Runs version</span>
				<input name="version" defaultValue={address.version ?? ""} maxLength={MAX_NAME_LENGTH} placeholder="any" />
			</label>
			<label>
				<span>Platform</span>
				<select name="platform" defaultValue={address.platform ?? ""}>
					{PLATFORMS.map(({ value, label }) => (
						<option key={value} value={value} selected={value === (address.platform ?? "")}>
							{label}
						</option>
					))}
				</select>
			</label>
			<label>
				<span>Channel</span>
				<input name="channel" defaultValue={address.channel ?? ""} maxLength={MAX_NAME_LENGTH} placeholder="any" />
			</label>
			<label>
				<span>Seen</span>
				<select name="days">
					{[...new Set([...DAYS, days])]
						.toSorted((a, b) => a - b)
						.map((count) => (
							<option key={count} value={count} selected={count === days}>
								{count === 1 ? "today" : `in ${count} days`}
							</option>
						))}
				</select>
			</label>
			<button type="submit" class="button primary">
				Find
			</button>
		</form>
	);
}
