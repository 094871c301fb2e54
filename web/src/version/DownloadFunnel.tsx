import { downloadFunnel, type FunnelStep, INSTALL_ACTION } from "../../../metrics/definitions.ts";
import type { ActionCounts } from "../../../metrics/documents.ts";
import { formatCount, formatRate } from "../../../metrics/format.ts";
import { BarChart } from "../charts/BarChart.tsx";

/** How many downloads came how far, and how many became an installation. */
export function DownloadFunnel({ counts }: { readonly counts: ActionCounts }) {
	const steps = downloadFunnel(counts);
	const isEmpty = steps.every(({ count }) => count === 0);
	return (
		<section class="card" aria-labelledby="funnel-heading">
			<div class="card-head">
				<h2 id="funnel-heading">Download funnel</h2>
				<p class="muted small">Shares are of the downloads that reached 10 %.</p>
			</div>
			{isEmpty ? (
				<p class="muted">No download was reported in these days.</p>
			) : (
				<BarChart
					description={`Download funnel. ${steps.map(describe).join("; ")}`}
					labels={steps.map(describe)}
					series={[{ label: "Reports", color: "series-1", values: steps.map(({ count }) => count) }]}
					shape="rows"
					height={330}
				/>
			)}
		</section>
	);
}

function describe({ action, count, share }: FunnelStep): string {
	const figures = share === null ? formatCount(count) : `${formatCount(count)} (${formatRate(share)})`;
	return `${nameOf(action)}: ${figures}`;
}

function nameOf(action: string): string {
	if (action === INSTALL_ACTION) return "installed";
	const step = action.replace("download_", "");
	return step === "complete" ? "complete" : `${step} %`;
}
