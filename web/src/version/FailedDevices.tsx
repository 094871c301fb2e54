import { endOfDay, startOfDay } from "../../../metrics/days.ts";
import type { EventDocument } from "../../../metrics/documents.ts";
import { formatCount } from "../../../metrics/format.ts";
import { failuresOfVersion } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useLiveQuery } from "../data/live.ts";
import { Ago } from "../ui/Ago.tsx";
import { EventDetails } from "../ui/EventDetails.tsx";
import { ExportButton } from "../ui/ExportButton.tsx";
import { eventHeader, eventRows } from "../ui/eventCsv.ts";

/** Failures that are listed at first, and that "show more" adds. */
const PAGE_SIZE = 25;

type FailedDevicesProps = {
	readonly app: string;
	readonly version: string;
	/** The first and the last UTC day. */
	readonly from: string;
	readonly to: string;
};

/** The failures and crashes with the devices behind them, newest first. */
export function FailedDevices({ app, version, from, to }: FailedDevicesProps) {
	const { address, go } = useNavigation();
	const { failure, audience, more } = address;
	const limit = PAGE_SIZE * (more + 1);
	const search = { appId: app, version, action: failure, from: startOfDay(from), to: endOfDay(to), limit };
	const events = useLiveQuery<EventDocument>(failuresOfVersion(search));
	const listed = events.state === "ready" ? events.value : [];
	const shown = listed.filter((event) => audience === "all" || (event.is_prod && !event.is_emulator));
	return (
		<section class="card flush" aria-labelledby="devices-heading">
			<div class="card-head">
				<div>
					<h2 id="devices-heading">Devices behind {failure === undefined ? "the failures" : <code>{failure}</code>}</h2>
					<p class="muted small">Newest first. Events are kept for the retention that the backend is set to.</p>
				</div>
				<div class="view-tools">
					{failure !== undefined && (
						<button
							type="button"
							class="button"
							onClick={() => go({ ...address, failure: undefined }, { replace: true })}
						>
							Show all failures
						</button>
					)}
					<ExportButton name={`${app}-${version}-failures`} header={eventHeader} rows={() => eventRows(shown)} />
				</div>
			</div>
			{events.state === "failed" && (
				<p class="problem" role="alert">
					They could not be read: {events.error.message}
				</p>
			)}
			{events.state === "loading" && <p class="pad muted">Loading…</p>}
			{events.state === "ready" && shown.length === 0 && <p class="pad muted">None in these days.</p>}
			{shown.length > 0 && <FailureList events={shown} />}
			{listed.length > shown.length && (
				<p class="pad muted small">
					{formatCount(listed.length - shown.length)} from emulators and development builds are left out.
				</p>
			)}
			{listed.length === limit && (
				<p class="more">
					<button type="button" class="button" onClick={() => go({ ...address, more: more + 1 }, { replace: true })}>
						Show {PAGE_SIZE} more
					</button>
				</p>
			)}
		</section>
	);
}

function FailureList({ events }: { readonly events: readonly EventDocument[] }) {
	const { app, audience } = useNavigation().address;
	return (
		<table class="table compact failures">
			<thead>
				<tr>
					<th scope="col">Device</th>
					<th scope="col">Failure</th>
					<th scope="col">Platform</th>
					<th scope="col">Native app</th>
					<th scope="col">Plugin</th>
					<th scope="col" class="number">
						When
					</th>
				</tr>
			</thead>
			<tbody>
				{events.map((event, index) => (
					<tr key={`${event.device_id}-${event.occurred_at.toMillis()}-${index}`}>
						<th scope="row">
							<Link class="mono" to={{ ...overviewOf(app, audience), device: event.device_id }} title={event.device_id}>
								{event.custom_id ?? event.device_id.slice(0, 13)}
							</Link>
						</th>
						<td data-label="Failure">
							<strong>{event.action}</strong>
							<EventDetails event={event} />
						</td>
						<td data-label="Platform">
							{event.platform} {event.version_os}
						</td>
						<td data-label="Native app">{event.version_build}</td>
						<td data-label="Plugin">{event.plugin_version}</td>
						<td data-label="When" class="number">
							<Ago at={event.occurred_at.toMillis()} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
