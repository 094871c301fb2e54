import { useState } from "preact/hooks";
import type { ActionKind } from "../../../functions/src/events/actions.ts";
import { countsByKind, type TrendDay } from "../../../metrics/definitions.ts";
import { formatDay } from "../../../metrics/format.ts";
import { useNavigation } from "../address/navigation.tsx";
import { BarChart } from "../charts/BarChart.tsx";
import type { Series } from "../charts/bars.ts";
import { FiguresTable } from "../charts/FiguresTable.tsx";
import { KIND_COLORS } from "../charts/palette.ts";

const KIND_LABELS: Readonly<Record<ActionKind, string>> = {
	install: "Installs and resets",
	failure: "Failures",
	health: "Crashes and errors",
	progress: "Download progress",
	lifecycle: "App and device",
	bundle: "Bundles",
	refusal: "No update offered",
	channel: "Channels",
	custom: "Your own",
};

/** A screen of this width in CSS pixels, or less, is narrow. */
const NARROW_PIXELS = 760;

type KindSeries = Series & { readonly kind: ActionKind };

/** What happened on each day, by kind of action. Kinds can be left out; the URL remembers which. */
export function ActionsChart({ trend }: { readonly trend: readonly TrendDay[] }) {
	const { hidden } = useNavigation().address;
	const labels = trend.map(({ day }) => formatDay(day));
	const series = seriesOf(trend);
	// On a narrow screen it is folded away: what matters most stands above.
	const [isOpen] = useState(() => innerWidth > NARROW_PIXELS);
	return (
		<details class="card folding" open={isOpen}>
			<summary>
				<h2>All that was reported, by day</h2>
			</summary>
			<KindToggles series={series} />
			{series.length === 0 ? (
				<p class="muted">Nothing was reported in these days.</p>
			) : (
				<>
					<BarChart
						description="Actions per day by kind. The table below holds the same figures."
						labels={labels}
						series={series.filter(({ kind }) => !hidden.includes(kind))}
						shape="columns"
						height={230}
					/>
					<FiguresTable caption="Actions per day by kind" heading="Day" labels={labels} series={series} />
				</>
			)}
		</details>
	);
}

function KindToggles({ series }: { readonly series: readonly KindSeries[] }) {
	const { address, go } = useNavigation();
	const { hidden } = address;
	const toggle = (kind: ActionKind) => {
		const next = hidden.includes(kind) ? hidden.filter((other) => other !== kind) : [...hidden, kind];
		go({ ...address, hidden: next }, { replace: true });
	};
	return (
		<fieldset class="legend toggles">
			<legend class="visually-hidden">Kinds of action in the chart</legend>
			{series.map(({ kind, label, color }) => (
				<button key={kind} type="button" aria-pressed={!hidden.includes(kind)} onClick={() => toggle(kind)}>
					<span
						class="swatch"
						style={hidden.includes(kind) ? {} : { background: `var(--${color})` }}
						aria-hidden="true"
					/>
					{label}
				</button>
			))}
		</fieldset>
	);
}

function seriesOf(trend: readonly TrendDay[]): readonly KindSeries[] {
	const days = trend.map(({ counts }) => countsByKind(counts));
	return (Object.keys(KIND_LABELS) as ActionKind[])
		.map((kind) => ({
			kind,
			label: KIND_LABELS[kind],
			color: KIND_COLORS[kind],
			values: days.map((day) => day[kind] ?? 0),
		}))
		.filter(({ values }) => values.some((value) => value > 0));
}
