import type { Verdict } from "../../../functions/src/releases/judgeRate.ts";
import "./verdict.css";

/** A verdict, or that there is none yet. */
type Said = Verdict | "not judged yet" | "not judged";

const LOOKS: Readonly<Record<Said, { readonly label: string; readonly tone: string; readonly sign: string }>> = {
	failing: { label: "Failing", tone: "failing", sign: "✕" },
	worse: { label: "Worse", tone: "worse", sign: "▲" },
	healthy: { label: "Healthy", tone: "healthy", sign: "✓" },
	"too early": { label: "Too early", tone: "open", sign: "◔" },
	"no data": { label: "No data", tone: "open", sign: "○" },
	"not judged yet": { label: "Not judged yet", tone: "open", sign: "○" },
	"not judged": { label: "Not judged", tone: "open", sign: "–" },
};

/** A verdict in a word, with a sign beside the colour for those who don't see it. */
export function VerdictBadge({ verdict }: { readonly verdict: Said }) {
	const { label, tone, sign } = LOOKS[verdict];
	return (
		<span class={`verdict verdict-${tone}`}>
			<span aria-hidden="true">{sign}</span>
			{label}
		</span>
	);
}
