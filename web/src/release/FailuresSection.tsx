import { endOfDay, startOfDay } from "../../../metrics/days.ts";
import type { EventDocument } from "../../../metrics/documents.ts";
import { formatCount, formatDevices } from "../../../metrics/format.ts";
import { failuresOfVersion } from "../../../metrics/queries.ts";
import {
	type Consequence,
	devicesBehind,
	type FailedDevice,
	type FailureGroup,
	type FailureKind,
	groupFailures,
	isOfAudience,
	isOfKind,
} from "../../../metrics/releaseFailures.ts";
import { type Address, overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { Ago } from "../ui/Ago.tsx";
import { meaningOf } from "../ui/actionMeaning.ts";
import { EventDetails } from "../ui/EventDetails.tsx";
import { ExportAll } from "../ui/ExportAll.tsx";
import { eventHeader, eventRows } from "../ui/eventCsv.ts";
import { RangePicker } from "./RangePicker.tsx";
import { type Failures, MORE_SIZE, useFailures } from "./useFailures.ts";

/** Groups and devices that are listed before one asks for the others. */
const SHOWN_GROUPS = 8;
const SHOWN_DEVICES = 3;

type FailuresSectionProps = {
	readonly app: string;
	readonly version: string;
	readonly range: { readonly from: string; readonly to: string };
	/** When the version's newest event was counted, in milliseconds since the epoch. */
	readonly changedAt: number | null;
};

/** What failed and crashed, by what it was, and the devices behind it. */
export function FailuresSection({ app, version, range, changedAt }: FailuresSectionProps) {
	const { address, go } = useNavigation();
	const { audience, more } = address;
	const search = { appId: app, version, from: startOfDay(range.from), to: endOfDay(range.to) };
	const failures = useFailures(search, more, changedAt);
	const ofAudience = failures.events.filter((event) => isOfAudience(event, audience));
	const groups = groupFailures(ofAudience);
	const chosen = kindOf(address);
	const behind = devicesBehind(ofAudience.filter((event) => isOfKind(event, chosen)));
	const readMore = () => go({ ...address, more: more + 1 }, { replace: true });
	return (
		<>
			<section class="card flush" aria-labelledby="failures-heading">
				<div class="card-head">
					<div>
						<h2 id="failures-heading">What failed</h2>
						<p class="muted small">
							<ReadText failures={failures} left={failures.events.length - ofAudience.length} />
						</p>
					</div>
					<div class="view-tools">
						<RangePicker />
					</div>
				</div>
				{failures.state === "failed" && (
					<p class="problem" role="alert">
						The reports could not be read.
					</p>
				)}
				{failures.state === "loading" && <p class="pad muted">Loading…</p>}
				{failures.state === "ready" && groups.length === 0 && (
					<p class="pad muted">No failure and no crash was reported in these days.</p>
				)}
				{groups.length > 0 && <Groups groups={groups} />}
				{!failures.isComplete && failures.state === "ready" && (
					<p class="more">
						<button type="button" class="button" onClick={readMore}>
							Read {MORE_SIZE} reports more
						</button>
					</p>
				)}
			</section>
			{failures.state === "ready" && behind.length > 0 && (
				<DevicesBehind
					name={`${app}-${version}-failures`}
					devices={behind}
					failures={failures}
					spec={failuresOfVersion({ ...search, action: chosen.action })}
				/>
			)}
		</>
	);
}

/** The kind of failure that the page's list is narrowed to. */
function kindOf({ failure, reason, file }: Address): Partial<FailureKind> {
	return {
		...(failure !== undefined && { action: failure }),
		...(reason !== undefined && { reason }),
		...(file !== undefined && { file }),
	};
}

function ReadText({ failures: { state, events, total, isComplete }, left }: { failures: Failures; left: number }) {
	if (state !== "ready") return <>Reports of failures and crashes in these days.</>;
	const leftOut = left > 0 ? ` ${formatCount(left)} of emulators and development builds are left out.` : "";
	if (isComplete && events.length === 0) return <>Reports of failures and crashes in these days.</>;
	if (isComplete) return <>{`All ${formatCount(events.length)} reports of these days.${leftOut}`}</>;
	const of = total === undefined ? "" : ` of ${formatCount(total)}`;
	return (
		<>
			{`The newest ${formatCount(events.length)}${of} reports of these days: numbers of devices and first times are of those.${leftOut}`}
		</>
	);
}

const CONSEQUENCES: Readonly<Record<Consequence, string>> = {
	failed: "failed",
	crashed: "crashed",
	"could not download": "download",
	"not judged": "none",
};

function Groups({ groups }: { readonly groups: readonly FailureGroup[] }) {
	const [first, others] = [groups.slice(0, SHOWN_GROUPS), groups.slice(SHOWN_GROUPS)];
	return (
		<>
			<GroupTable groups={first} label="Failures by action, reason and file" />
			{others.length > 0 && (
				<details class="pad rest">
					<summary>{formatCount(others.length)} more</summary>
					<GroupTable groups={others} label="More failures" />
				</details>
			)}
		</>
	);
}

function GroupTable({ groups, label }: { readonly groups: readonly FailureGroup[]; readonly label: string }) {
	const { address, go } = useNavigation();
	return (
		<table class="table compact groups" aria-label={label}>
			<thead>
				<tr>
					<th scope="col">Failure</th>
					<th scope="col" class="number">
						Devices
					</th>
					<th scope="col" class="number">
						Reports
					</th>
					<th scope="col">First</th>
					<th scope="col">Last</th>
				</tr>
			</thead>
			<tbody>
				{groups.map((group) => {
					const { action, reason, file, consequence, devices, reports, firstAt, lastAt } = group;
					const isChosen = address.failure === action && address.reason === reason && address.file === file;
					const next = isChosen
						? { failure: undefined, reason: undefined, file: undefined }
						: { failure: action, reason, file };
					return (
						<tr key={`${action} ${reason} ${file}`} class={isChosen ? "chosen" : ""}>
							<th scope="row">
								<button
									type="button"
									class="link"
									aria-pressed={isChosen}
									aria-label={[action, reason, file].filter(Boolean).join(": ")}
									onClick={() => go({ ...address, ...next }, { replace: true })}
								>
									{action}
								</button>{" "}
								<span class={`badge consequence-${CONSEQUENCES[consequence]}`}>{consequence}</span>
								{reason && <p class="group-reason">{reason}</p>}
								{file && (
									<p class="group-file">
										<code>{file}</code>
									</p>
								)}
								<p class="muted small">The device reports that {meaningOf(action)}.</p>
							</th>
							<td class="number" data-label="Devices">
								<strong>{formatCount(devices)}</strong>
							</td>
							<td class="number" data-label="Reports">
								{formatCount(reports)}
							</td>
							<td data-label="First" class="nowrap">
								<Ago at={firstAt} />
							</td>
							<td data-label="Last" class="nowrap">
								<Ago at={lastAt} />
							</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}

type DevicesBehindProps = {
	readonly name: string;
	readonly devices: readonly FailedDevice[];
	readonly failures: Failures;
	readonly spec: ReturnType<typeof failuresOfVersion>;
};

function DevicesBehind({ name, devices, failures, spec }: DevicesBehindProps) {
	const { address, go } = useNavigation();
	const chosen = kindOf(address);
	const isNarrowed = chosen.action !== undefined;
	const [first, others] = [devices.slice(0, SHOWN_DEVICES), devices.slice(SHOWN_DEVICES)];
	// Those of emulators and development builds too: a column says so.
	const rows = (events: readonly EventDocument[]) => eventRows(events.filter((event) => isOfKind(event, chosen)));
	return (
		<section class="card flush" aria-labelledby="devices-heading">
			<div class="card-head">
				<div>
					<h2 id="devices-heading">
						{formatDevices(devices.length)} behind {isNarrowed ? <code>{chosen.action}</code> : "the failures"}
					</h2>
					<p class="muted small">
						Each once, by its newest report
						{failures.isComplete ? "" : ` among the ${formatCount(failures.events.length)} read`}.
						{chosen.reason ? ` Only: ${chosen.reason}` : ""}
						{chosen.file ? ` Only: ${chosen.file}` : ""}
					</p>
				</div>
				<div class="view-tools">
					{isNarrowed && (
						<button
							type="button"
							class="button"
							onClick={() =>
								go({ ...address, failure: undefined, reason: undefined, file: undefined }, { replace: true })
							}
						>
							Show all failures
						</button>
					)}
					<ExportAll<EventDocument>
						name={name}
						header={eventHeader}
						spec={spec}
						rows={rows}
						total={isNarrowed ? undefined : failures.total}
					/>
				</div>
			</div>
			<DeviceTable devices={first} label="Devices behind the failures" />
			{others.length > 0 && (
				<details class="pad rest">
					<summary>{formatDevices(others.length)} more</summary>
					<DeviceTable devices={others} label="More devices behind the failures" />
				</details>
			)}
		</section>
	);
}

function DeviceTable({ devices, label }: { readonly devices: readonly FailedDevice[]; readonly label: string }) {
	const { app, audience } = useNavigation().address;
	return (
		<table class="table compact failures" aria-label={label}>
			<thead>
				<tr>
					<th scope="col">Device</th>
					<th scope="col">Its newest failure</th>
					<th scope="col">What it is</th>
					<th scope="col" class="number">
						When
					</th>
				</tr>
			</thead>
			<tbody>
				{devices.map(({ newest, reports }) => (
					<tr key={newest.device_id}>
						<th scope="row">
							<Link
								class="mono"
								to={{ ...overviewOf(app, audience), device: newest.device_id }}
								title={newest.device_id}
							>
								{newest.custom_id ?? newest.device_id.slice(0, 13)}
							</Link>
						</th>
						<td data-label="Failure">
							<strong>{newest.action}</strong>
							{reports > 1 && <span class="muted small"> · {formatCount(reports)} reports</span>}
							<EventDetails event={newest} />
						</td>
						<td data-label="Device" class="told">
							{newest.platform} {newest.version_os} · build {newest.version_build} · plugin {newest.plugin_version}
						</td>
						<td data-label="When" class="number nowrap">
							<Ago at={newest.occurred_at.toMillis()} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
