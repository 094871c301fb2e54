import { percent } from "../../../functions/src/releases/sentence.ts";
import "./charts.css";

type StepCurveProps = {
	/** What the curve shows, for those who can't see it. */
	readonly description: string;
	/** Between 0 and 1, one for each slot that is known. */
	readonly shares: readonly number[];
	/** How many slots there are. */
	readonly slots: number;
	/** Shares that are marked by a line. */
	readonly guides: readonly number[];
	/** A name of the style sheet. */
	readonly color: string;
	/** Texts along the bottom, from the first slot's begin to the last one's end. */
	readonly ticks: readonly string[];
};

const [WIDTH, HEIGHT] = [720, 180] as const;

/** A share that grows, slot by slot, between 0 and 100 %. */
export function StepCurve({ description, shares, slots, guides, color, ticks }: StepCurveProps) {
	const x = (slot: number) => (slot / slots) * WIDTH;
	const y = (share: number) => HEIGHT - share * HEIGHT;
	const top = shares.map((share, slot) => `L${x(slot)} ${y(share)}L${x(slot + 1)} ${y(share)}`).join("");
	return (
		<figure class="step-curve">
			<div class="step-curve-plot">
				<svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={description}>
					<title>{description}</title>
					{guides.map((guide) => (
						<line key={guide} x1="0" x2={WIDTH} y1={y(guide)} y2={y(guide)} class="step-curve-guide" />
					))}
					<path d={`M0 ${HEIGHT}${top}L${x(shares.length)} ${HEIGHT}Z`} fill={`var(--${color})`} opacity="0.22" />
					<path d={`M0 ${HEIGHT}${top}`} fill="none" stroke={`var(--${color})`} class="step-curve-line" />
				</svg>
				{guides.map((guide) => (
					<span key={guide} class="step-curve-label" style={{ bottom: `${guide * 100}%` }} aria-hidden="true">
						{percent(guide)}
					</span>
				))}
			</div>
			<div class="step-curve-ticks" aria-hidden="true">
				{ticks.map((tick) => (
					<span key={tick}>{tick}</span>
				))}
			</div>
		</figure>
	);
}
