import { ACTIVE_DAYS, releaseHealth } from "../../../metrics/definitions.ts";
import { formatCount, formatRate } from "../../../metrics/format.ts";
import type { VersionSummary } from "../../../metrics/overview.ts";
import { overviewOf } from "../address/address.ts";
import { Link, useNavigation } from "../address/navigation.tsx";
import { BarChart } from "../charts/BarChart.tsx";
import { Ago } from "../ui/Ago.tsx";
import { Rate, Sample, VerdictBadge } from "../ui/FailureRate.tsx";

type VersionTableProps = {
	readonly summaries: readonly VersionSummary[];
	/** The active devices of the whole app; undefined until they are counted. */
	readonly allActive: number | undefined;
};

/** The versions as rows; on a narrow screen each is a card. */
export function VersionTable({ summaries, allActive }: VersionTableProps) {
	return (
		<section class="card flush" aria-labelledby="versions-heading">
			<div class="card-head">
				<h2 id="versions-heading">Versions</h2>
				<p class="muted small">Totals since the first event of each version, newest activity first.</p>
			</div>
			<table class="table versions">
				<thead>
					<tr>
						<th scope="col">Version</th>
						<th scope="col" class="number">
							Installs
						</th>
						<th scope="col" class="number">
							<abbr title={`Devices that run it and were seen in the last ${ACTIVE_DAYS} days`}>Active devices</abbr>
						</th>
						<th scope="col" class="number">
							<abbr title="Failures of the bundle itself among installs and failures">Failure rate</abbr>
						</th>
						<th scope="col" class="number">
							<abbr title="Devices whose app did not start with it, so that the plugin went back">Rollbacks</abbr>
						</th>
						<th scope="col">14 days</th>
						<th scope="col" class="number">
							Last event
						</th>
					</tr>
				</thead>
				<tbody>
					{summaries.map((summary) => (
						<VersionRow key={summary.version} summary={summary} allActive={allActive} />
					))}
				</tbody>
			</table>
		</section>
	);
}

type VersionRowProps = { readonly summary: VersionSummary; readonly allActive: number | undefined };

function VersionRow({ summary, allActive }: VersionRowProps) {
	const { app, audience } = useNavigation().address;
	const { version, installs, activeDevices, rollbacks, lastEventAt } = summary;
	return (
		<tr data-version={version}>
			<th scope="row">
				<Link class="version-link" to={{ ...overviewOf(app, audience), version }}>
					{version}
				</Link>
				<VerdictBadge verdict={summary.verdict} />
			</th>
			<td class="number" data-label="Installs">
				<span class="figure">{formatCount(installs)}</span>
			</td>
			<td class="number" data-label="Active devices">
				<span class="figure">{activeDevices === null ? "…" : formatCount(activeDevices)}</span>
				<Share part={activeDevices} whole={allActive} />
			</td>
			<td class="number" data-label="Failure rate">
				<span class="figure">
					<Rate health={summary} />
				</span>
				<span class="detail">
					<Sample health={summary} />
				</span>
			</td>
			<td class="number" data-label="Rollbacks">
				<span class="figure">{formatCount(rollbacks)}</span>
			</td>
			<td class="trend" data-label="14 days">
				<Trend summary={summary} />
			</td>
			<td class="number" data-label="Last event">
				<Ago at={lastEventAt} />
			</td>
		</tr>
	);
}

function Share({ part, whole }: { readonly part: number | null; readonly whole: number | undefined }) {
	if (part === null || !whole) return null;
	return <span class="detail">{formatRate(Math.min(1, part / whole))} of all</span>;
}

function Trend({ summary: { version, trend } }: { readonly summary: VersionSummary }) {
	const days = trend.map(({ counts }) => releaseHealth(counts));
	const installs = days.map((day) => day.installs);
	const failures = days.map((day) => day.failures);
	const description =
		`${version}, last ${trend.length} days: ${formatCount(sum(installs))} installs, ` +
		`${formatCount(sum(failures))} failures`;
	return (
		<BarChart
			description={description}
			labels={trend.map(({ day }) => day)}
			series={[
				{ label: "Installs", color: "series-1", values: installs },
				{ label: "Failures", color: "bad", values: failures },
			]}
			shape="spark"
			height={30}
		/>
	);
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
