import { failureCounts, type FailureCount } from "../../../metrics/definitions.ts";
import { endOfDay, startOfDay } from "../../../metrics/days.ts";
import type { ActionCounts, EventDocument } from "../../../metrics/documents.ts";
import { failuresOfVersion } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useLiveQuery } from "../data/live.ts";
import { meaningOf } from "../ui/actionMeaning.ts";
import { Ago } from "../ui/Ago.tsx";
import { EventDetails } from "../ui/EventDetails.tsx";
import { ExportButton } from "../ui/ExportButton.tsx";
import { eventHeader, eventRows } from "../ui/eventCsv.ts";
import { formatCount } from "../ui/format.ts";

/** Failures that are listed at first, and that "show more" adds. */
const PAGE_SIZE = 50;

type FailuresProps = {
	readonly app: string;
	readonly version: string;
	readonly counts: ActionCounts;
	readonly from: string;
	readonly to: string;
};

/** What failed, how often, and on which devices. */
export function Failures({ app, version, counts, from, to }: FailuresProps) {
	const { address, go } = useNavigation();
	const { failure, audience, more } = address;
	const limit = PAGE_SIZE * (more + 1);
	const search = { appId: app, version, action: failure, from: startOfDay(from), to: endOfDay(to), limit };
	const events = useLiveQuery<EventDocument>(failuresOfVersion(search));
	const listed = events.state === "ready" ? events.value : [];
	const shown = listed.filter((event) => audience === "all" || (event.is_prod && !event.is_emulator));

	return (
		<section class="card flush" aria-labelledby="failures-heading">
			<div class="card-head">
				<h2 id="failures-heading">Failures and crashes</h2>
				<ExportButton name={`${app}-${version}-failures`} header={eventHeader} rows={() => eventRows(shown)} />
			</div>
			<FailureActions failures={failureCounts(counts)} />
			<h3 class="list-head">
				Devices behind {failure === undefined ? "them" : <code>{failure}</code>}, newest first
			</h3>
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

function FailureActions({ failures }: { readonly failures: readonly FailureCount[] }) {
	const { address, go } = useNavigation();
	if (failures.length === 0) return <p class="pad muted">No failure and no crash in these days.</p>;
	return (
		<table class="table compact">
			<thead>
				<tr>
					<th scope="col">Action</th>
					<th scope="col">The device reports that …</th>
					<th scope="col" class="number">
						Times
					</th>
				</tr>
			</thead>
			<tbody>
				{failures.map(({ action, count, isBreaking }) => {
					const isChosen = address.failure === action;
					return (
						<tr key={action} class={isChosen ? "chosen" : ""}>
							<th scope="row">
								<button
									type="button"
									class="link"
									aria-pressed={isChosen}
									onClick={() => go({ ...address, failure: isChosen ? undefined : action, more: 0 }, { replace: true })}
								>
									{action}
								</button>
							</th>
							<td data-label="Meaning">
								{meaningOf(action)}
								{isBreaking && <span class="badge badge-bad">in the failure rate</span>}
							</td>
							<td class="number" data-label="Times">
								{formatCount(count)}
							</td>
						</tr>
					);
				})}
			</tbody>
		</table>
	);
}

function FailureList({ events }: { readonly events: readonly EventDocument[] }) {
	const { app, audience } = useNavigation().address;
	return (
		<ul class="failures">
			{events.map((event, index) => (
				<li key={`${event.device_id}-${event.occurred_at.toMillis()}-${index}`}>
					<p class="failure-line">
						<strong>{event.action}</strong>
						<Link class="mono" to={{ ...overviewOf(app, audience), device: event.device_id }} title={event.device_id}>
							{event.custom_id ?? event.device_id.slice(0, 13)}
						</Link>
						<span class="muted">
							{event.platform} {event.version_os} · app {event.version_build} · plugin {event.plugin_version}
						</span>
						<span class="muted ago">
							<Ago at={event.occurred_at.toMillis()} />
						</span>
					</p>
					<EventDetails event={event} />
				</li>
			))}
		</ul>
	);
}
