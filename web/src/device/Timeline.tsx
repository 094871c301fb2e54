import { type ActionKind, actionKind } from "../../../functions/src/events/actions.ts";
import type { EventDocument } from "../../../metrics/documents.ts";
import { formatClock, formatLongDay } from "../../../metrics/format.ts";
import { KIND_COLORS } from "../charts/palette.ts";
import { meaningOf } from "../ui/actionMeaning.ts";
import { EventDetails } from "../ui/EventDetails.tsx";

/** Events by the day on which they happened, newest first. */
export function Timeline({ events }: { readonly events: readonly EventDocument[] }) {
	if (events.length === 0) return <p class="card muted">Its events were deleted or never came.</p>;
	const byDay = Map.groupBy(events, ({ occurred_at }) => formatLongDay(occurred_at.toMillis()));
	return (
		<section class="card" aria-label="Events">
			{[...byDay].map(([day, ofDay]) => (
				<section key={day} class="timeline-day">
					<h2>{day}</h2>
					<ol class="timeline">
						{ofDay.map((event, index) => (
							<TimelineEntry key={`${event.occurred_at.toMillis()}-${index}`} event={event} />
						))}
					</ol>
				</section>
			))}
		</section>
	);
}

function TimelineEntry({ event }: { readonly event: EventDocument }) {
	const kind: ActionKind = actionKind(event.action);
	const at = event.occurred_at.toMillis();
	return (
		<li class={`entry ${kind === "failure" || kind === "health" ? "entry-bad" : ""}`}>
			<time dateTime={new Date(at).toISOString()}>{formatClock(at)}</time>
			<span class="swatch round" style={{ background: `var(--${KIND_COLORS[kind]})` }} aria-hidden="true" />
			<div>
				<p>
					<strong>{event.action}</strong> <span class="version-chip">{event.version_name}</span>
					{event.old_version_name && <span class="muted"> replaced {event.old_version_name}</span>}
				</p>
				<p class="muted small">{meaningOf(event.action)}</p>
				<EventDetails event={event} />
			</div>
		</li>
	);
}
