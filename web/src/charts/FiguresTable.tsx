import { formatCount } from "../../../metrics/format.ts";
import type { Series } from "./bars.ts";
import "./charts.css";

type FiguresTableProps = {
	readonly caption: string;
	/** What the labels are: `Day`, for one. */
	readonly heading: string;
	readonly labels: readonly string[];
	readonly series: readonly Series[];
};

/** The figures of a chart as a table, folded away: for screen readers, and for whoever wants the numbers. */
export function FiguresTable({ caption, heading, labels, series }: FiguresTableProps) {
	return (
		<details class="figures">
			<summary>Show as a table</summary>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
			<section class="scroll" tabIndex={0} aria-label={caption}>
				<table class="table compact">
					<thead>
						<tr>
							<th scope="col">{heading}</th>
							{series.map(({ label }) => (
								<th key={label} scope="col" class="number">
									{label}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{labels.map((label, index) => (
							<tr key={label}>
								<th scope="row">{label}</th>
								{series.map((row) => (
									<td key={row.label} class="number">
										{formatCount(row.values[index] ?? 0)}
									</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			</section>
		</details>
	);
}
