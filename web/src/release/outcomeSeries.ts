import type { HourOutcome } from "../../../metrics/releaseOnset.ts";
import type { Series } from "../charts/bars.ts";

const PARTS = [
	{ part: "failed", label: "Failed", color: "bad" },
	{ part: "crashed", label: "Crashed", color: "series-4" },
	{ part: "downloadFailed", label: "Could not download", color: "series-5" },
	{ part: "untroubled", label: "Tried it without trouble", color: "series-2" },
] as const satisfies readonly { part: keyof HourOutcome; label: string; color: string }[];

/** Outcomes as bars that stand on each other, trouble below; without the parts that have none. */
export function outcomeSeries(outcomes: readonly HourOutcome[]): readonly Series[] {
	return PARTS.map(({ part, label, color }) => ({
		label,
		color,
		values: outcomes.map((outcome) => outcome[part]),
	})).filter(({ values }) => values.some((value) => value > 0));
}
