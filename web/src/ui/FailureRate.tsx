import { MIN_SAMPLE, type ReleaseHealth, type Verdict } from "../../../metrics/definitions.ts";
import { formatCount, formatRate } from "../../../metrics/format.ts";

const LABELS: Readonly<Record<Verdict, string>> = {
	healthy: "Healthy",
	watch: "Watch",
	failing: "Failing",
	"no data": "No data",
};

const TONES: Readonly<Record<Verdict, "good" | "watch" | "bad" | undefined>> = {
	healthy: "good",
	watch: "watch",
	failing: "bad",
	"no data": undefined,
};

/** The tone in which a verdict is shown. */
export function toneOf(verdict: Verdict): "good" | "watch" | "bad" | undefined {
	return TONES[verdict];
}

/** What the failure rate says, in a word. */
export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
	return <span class={`badge badge-${TONES[verdict] ?? "none"}`}>{LABELS[verdict]}</span>;
}

/** The failure rate, or `no data`. */
export function Rate({ health }: { readonly health: ReleaseHealth }) {
	if (health.failureRate === null) return <span class="muted">no data</span>;
	return <span class={`rate-${TONES[health.verdict] ?? "none"}`}>{formatRate(health.failureRate)}</span>;
}

/** What the failure rate was measured on. */
export function Sample({ health: { failures, sample, failureRate } }: { readonly health: ReleaseHealth }) {
	const measured = `${formatCount(failures)} of ${formatCount(sample)} failed`;
	if (failureRate !== null) return <>{measured}</>;
	return (
		<span title={`A rate is shown from ${MIN_SAMPLE} installs and failures on.`}>
			{sample === 0 ? "none yet" : measured}
		</span>
	);
}
