import type { Series } from "./bars.ts";
import "./charts.css";

/** Names the colours of a chart. */
export function Legend({ series }: { readonly series: readonly Pick<Series, "label" | "color">[] }) {
	return (
		<ul class="legend">
			{series.map(({ label, color }) => (
				<li key={label}>
					<span class="swatch" style={{ background: `var(--${color})` }} aria-hidden="true" />
					{label}
				</li>
			))}
		</ul>
	);
}
