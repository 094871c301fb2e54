import { HOUR_MS } from "../../../functions/src/events/time.ts";
import { percent } from "../../../functions/src/releases/sentence.ts";
import { ACTIVE_DAYS } from "../../../metrics/definitions.ts";
import { formatCount, formatDevices } from "../../../metrics/format.ts";
import {
	ADOPTION_HOURS,
	ADOPTION_STEPS,
	type Adoption,
	adoptionDays,
	adoptionOf,
} from "../../../metrics/releaseAdoption.ts";
import { FiguresTable } from "../charts/FiguresTable.tsx";
import { StepCurve } from "../charts/StepCurve.tsx";
import { versionColor } from "../charts/versionColor.ts";
import { useNow } from "../ui/now.tsx";
import { formatHour } from "./formatHour.ts";
import type { ReleaseData } from "./useRelease.ts";

type AdoptionCardProps = {
	readonly data: ReleaseData;
	/** The app's active devices; undefined until they are counted. */
	readonly active: number | undefined;
};

/** How fast the release took over in its first 72 hours. */
export function AdoptionCard({ data: { days, appearedOn, document }, active }: AdoptionCardProps) {
	const now = useNow();
	const isReady =
		days !== undefined && active !== undefined && (appearedOn === null || days.has(adoptionDays(appearedOn)[0] ?? ""));
	const adoption = isReady && appearedOn !== null ? adoptionOf(days, { appearedOn, active, now }) : null;
	return (
		<section class="card" aria-labelledby="adoption-heading">
			<div class="card-head">
				<div>
					<h2 id="adoption-heading">Adoption in its first {ADOPTION_HOURS} hours</h2>
					<p class="muted small">
						{active === undefined
							? "Counting the active devices…"
							: `Devices that have installed it, whether or not they still run it, as a share of the ${formatCount(active)} that were active in ${ACTIVE_DAYS} days.`}
					</p>
				</div>
			</div>
			{!isReady ? (
				<p class="muted">Loading…</p>
			) : adoption === null ? (
				<p class="muted">No production device has installed it yet.</p>
			) : (
				<Curve adoption={adoption} active={active} version={document.version_name} />
			)}
		</section>
	);
}

type CurveProps = { readonly adoption: Adoption; readonly active: number; readonly version: string };

function Curve({ adoption: { from, devices, reached, isOver }, active, version }: CurveProps) {
	const last = devices.at(-1) ?? 0;
	const shares = devices.map((count) => (active === 0 ? 0 : Math.min(1, count / active)));
	const now = isOver
		? `after ${ADOPTION_HOURS} hours`
		: `after ${devices.length} ${devices.length === 1 ? "hour" : "hours"}, so far`;
	const told = ADOPTION_STEPS.map((step, index) => `${percent(step)} ${reachedText(reached[index] ?? null, isOver)}`);
	return (
		<>
			<dl class="reached">
				{ADOPTION_STEPS.map((step, index) => (
					<div key={step}>
						<dt>{percent(step)}</dt>
						<dd>{reachedText(reached[index] ?? null, isOver)}</dd>
					</div>
				))}
				<div>
					<dt>{percent(shares.at(-1) ?? 0)}</dt>
					<dd>{now}</dd>
				</div>
			</dl>
			<StepCurve
				description={`Adoption from ${formatHour(from)} on: ${told.join(", ")}. ${formatDevices(last)} ${now}. The table below holds the same figures.`}
				shares={shares}
				slots={ADOPTION_HOURS}
				guides={ADOPTION_STEPS}
				color={versionColor(version)}
				ticks={["0 h", "24 h", "48 h", "72 h"]}
			/>
			<FiguresTable
				caption="Devices that have it, by hour"
				heading="Until, UTC"
				labels={devices.map((_, hour) => formatHour(from + (hour + 1) * HOUR_MS))}
				series={[{ label: "Devices", color: versionColor(version), values: devices }]}
			/>
		</>
	);
}

function reachedText(hours: number | null, isOver: boolean): string {
	if (hours === null) return isOver ? `not within ${ADOPTION_HOURS} h` : "not yet";
	return `within ${hours} h`;
}
