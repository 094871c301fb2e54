import type { ComponentChildren } from "preact";
import "./tile.css";

type TileProps = {
	readonly label: string;
	readonly value: ComponentChildren;
	readonly detail?: ComponentChildren;
	readonly tone?: "good" | "watch" | "bad" | undefined;
};

/** One figure with its name. */
export function Tile({ label, value, detail, tone }: TileProps) {
	return (
		<div class={`card tile ${tone ? `tone-${tone}` : ""}`}>
			<dt>{label}</dt>
			<dd class="tile-value">{value}</dd>
			{detail && <dd class="tile-detail">{detail}</dd>}
		</div>
	);
}
