import { DAY_MS } from "../../../functions/src/events/time.ts";
import { dayBefore } from "../../../metrics/days.ts";
import type { AlertDocument, AppDocument, DeviceDocument } from "../../../metrics/documents.ts";
import { DROPPED_DAYS, droppedSince, untrackedSince } from "../../../metrics/droppedEvents.ts";
import { formatCount, formatDevices } from "../../../metrics/format.ts";
import { cappedDevices } from "../../../metrics/queries.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { useQueryAsOf } from "../data/polled.ts";
import { Ago } from "../ui/Ago.tsx";
import { useNow } from "../ui/now.tsx";

/** Within this time after the last event nobody needs to ask whether it works, in milliseconds, where no rhythm is known. */
const QUIET_AFTER_MS = DAY_MS;

/** Devices that are named at the most. */
const MAX_CAPPED = 10;

/** They are looked for again so often, in milliseconds. */
const CAPPED_EVERY_MS = 5 * 60 * 1_000;

type ArrivalProps = { readonly app: AppDocument | null; readonly alerts: readonly AlertDocument[] };

/** Whether events arrive. */
export function Arrival({ app, alerts }: ArrivalProps) {
	const now = useNow();
	if (app === null) return <p class="working muted">Looking for the last event…</p>;
	const at = app.last_event_at?.toMillis() ?? null;
	const newest = alerts.find(({ kind }) => kind === "silence");
	const isSilent = newest?.is_over === false && (at === null || at <= newest.created_at.toMillis());
	const isQuiet = isSilent || at === null || now - at > QUIET_AFTER_MS;
	return (
		<p class="working">
			<span class={`pulse ${isQuiet ? "quiet" : ""}`} aria-hidden="true" />
			{isQuiet ? "No events arrive" : "Events arrive"} <span class="muted">· the last one was counted </span>
			<Ago at={at} />
		</p>
	);
}

/** Events that waited to be counted, when there are any. */
export function Backlog({ app }: { readonly app: AppDocument | null }) {
	const backlog = app?.backlog;
	if (backlog === undefined || backlog.events === 0) return null;
	return (
		<p class="strip" role="status">
			<strong>{formatCount(backlog.events)} events had waited to be counted</strong> at the last check{" "}
			<Ago at={backlog.swept_at.toMillis()} />, the oldest of them since <Ago at={backlog.oldest_at.toMillis()} />. They
			are counted within minutes; until then figures are too low.
		</p>
	);
}

/** That nothing of the app is stored, or that it sent more in a day than is stored of one, or of more devices. */
export function Ceiling({ app }: { readonly app: AppDocument | null }) {
	const now = useNow();
	const pausedAt = app?.paused_at?.toMillis();
	const since = dayBefore(now, DROPPED_DAYS - 1);
	const dropped = droppedSince(app, since);
	const untracked = untrackedSince(app, since);
	return (
		<>
			{pausedAt !== undefined && (
				<p class="strip" role="status">
					<strong>This app is paused</strong> since <Ago at={pausedAt} />: nothing that its devices send is stored.{" "}
					<code>npm run resume</code> lets it go on.
				</p>
			)}
			{dropped > 0 && (
				<p class="strip" role="status">
					<strong>The app sent more in a day than is stored of one</strong>, in the last {DROPPED_DAYS} days.{" "}
					{formatCount(dropped)} events were dropped and are in no figure, progress first and failures last.
				</p>
			)}
			{untracked > 0 && (
				<p class="strip" role="status">
					<strong>The app had more new devices in a day than are counted of one</strong>, in the last {DROPPED_DAYS}{" "}
					days. {formatCount(untracked)} events of further ones count as actions, and their devices in no figure.
				</p>
			)}
		</>
	);
}

/** Devices that sent more than is stored of one in a day, when there are any. */
export function CappedDevices({ app }: { readonly app: string }) {
	const { audience } = useNavigation().address;
	const now = useNow();
	const spec = cappedDevices(app, dayBefore(now, DROPPED_DAYS - 1), MAX_CAPPED + 1);
	const found = useQueryAsOf<DeviceDocument>(spec, Math.floor(now / CAPPED_EVERY_MS));
	// A device that has sent nothing but what was dropped has no name in its document.
	const devices = found.state === "ready" ? found.value : [];
	if (devices.length === 0) return null;
	const dropped = devices.reduce((sum, device) => sum + (device.dropped_events ?? 0), 0);
	const isMore = devices.length > MAX_CAPPED;
	const many = isMore
		? `More than ${MAX_CAPPED} devices`
		: devices.length === 1
			? "One device"
			: formatDevices(devices.length);
	return (
		<details class="strip">
			<summary>
				<strong>{many} sent more in a day than is stored of one</strong>, in the last {DROPPED_DAYS} days.{" "}
				{isMore ? "More than " : ""}
				{formatCount(dropped)} events of {devices.length === 1 ? "it" : "theirs"} were dropped and are in no figure.
			</summary>
			<ul class="strip-list">
				{devices.slice(0, MAX_CAPPED).flatMap(({ device_id, dropped_events = 0 }) =>
					device_id === undefined
						? []
						: [
								<li key={device_id}>
									<Link class="mono" to={{ ...overviewOf(app, audience), device: device_id }}>
										{device_id}
									</Link>{" "}
									{formatCount(dropped_events)}
								</li>,
							],
				)}
			</ul>
		</details>
	);
}
