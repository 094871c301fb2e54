import { type Said, verdictWords } from "../../../metrics/verdictWords.ts";
import "./verdict.css";

const LOOKS: Readonly<Record<Said, { readonly tone: string; readonly sign: string }>> = {
	failing: { tone: "failing", sign: "✕" },
	worse: { tone: "worse", sign: "▲" },
	healthy: { tone: "healthy", sign: "✓" },
	"too early": { tone: "open", sign: "◔" },
	"no data": { tone: "open", sign: "○" },
	"not judged yet": { tone: "open", sign: "○" },
	"not judged": { tone: "open", sign: "–" },
};

type VerdictBadgeProps = {
	readonly verdict: Said;
	/** Whether the release's rollout is over. */
	readonly isOver: boolean;
};

/** A verdict in a few words, with a sign beside the colour for those who don't see it. */
export function VerdictBadge({ verdict, isOver }: VerdictBadgeProps) {
	const { tone, sign } = LOOKS[verdict];
	const words = verdictWords(verdict, isOver);
	return (
		<span class={`verdict verdict-${tone}`}>
			<span aria-hidden="true">{sign}</span>
			{words.charAt(0).toUpperCase() + words.slice(1)}
		</span>
	);
}
