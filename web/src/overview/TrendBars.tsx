import { useState } from "preact/hooks";
import { formatCount, formatDay, formatDevices } from "../../../metrics/format.ts";
import type { TriedDay } from "../../../metrics/overview.ts";
import { versionColor } from "../charts/versionColor.ts";

type TrendBarsProps = {
	readonly version: string;
	readonly days: readonly TriedDay[];
	/** The devices that the highest bar of all rows stands for. */
	readonly scale: number;
};

/**
 * Bars of the devices that tried a release, by day; the part on which it failed or crashed is red. The figures of a day are
 * shown for the pointer, and for the arrow keys: to assistive technology it is a slider along the days.
 */
export function TrendBars({ version, days, scale }: TrendBarsProps) {
	const [chosen, setChosen] = useState<number | null>(null);
	const last = days.length - 1;
	const shown = days[chosen ?? last];
	if (shown === undefined) return null;
	const move = (event: KeyboardEvent) => {
		const next = nextDay(event.key, chosen ?? last, last);
		if (next === null) return;
		event.preventDefault();
		setChosen(next);
	};
	return (
		<div
			class="trend-bars"
			role="slider"
			tabIndex={0}
			aria-label={`${version}: devices by day`}
			aria-valuemin={0}
			aria-valuemax={last}
			aria-valuenow={chosen ?? last}
			aria-valuetext={describe(shown)}
			onKeyDown={move}
			onFocus={() => setChosen((before) => before ?? last)}
			onBlur={() => setChosen(null)}
			onMouseMove={({ currentTarget, clientX }) => setChosen(dayAt(currentTarget, clientX, days.length))}
			onMouseLeave={() => setChosen(null)}
		>
			{days.map((day, index) => (
				<span key={day.day} class={`trend-day ${index === chosen ? "chosen" : ""}`}>
					<span
						class="trend-bar"
						style={{ height: heightOf(day.tried, scale), background: `var(--${versionColor(version)})` }}
					>
						<span class="trend-bad" style={{ height: shareOf(day) }} />
					</span>
				</span>
			))}
			{chosen !== null && (
				<span class="trend-figures" aria-hidden="true">
					{describe(shown)}
				</span>
			)}
		</div>
	);
}

/** The day whose bar stands under the pointer. */
function dayAt(bars: Element, clientX: number, days: number): number {
	const { left, width } = bars.getBoundingClientRect();
	return Math.min(days - 1, Math.max(0, Math.floor(((clientX - left) / width) * days)));
}

function nextDay(key: string, day: number, last: number): number | null {
	switch (key) {
		case "ArrowLeft":
		case "ArrowDown":
			return Math.max(0, day - 1);
		case "ArrowRight":
		case "ArrowUp":
			return Math.min(last, day + 1);
		case "Home":
			return 0;
		case "End":
			return last;
		default:
			return null;
	}
}

/** A day with devices has a bar, however few they are beside the largest. */
function heightOf(tried: number, scale: number): string {
	return tried === 0 ? "0" : `max(2px, ${(tried / Math.max(1, scale)) * 100}%)`;
}

function shareOf({ tried, failed, crashed }: TriedDay): string {
	const bad = Math.min(tried, Math.max(failed, crashed));
	return bad === 0 ? "0" : `max(1px, ${(bad / tried) * 100}%)`;
}

function describe({ day, tried, failed, crashed }: TriedDay): string {
	if (tried === 0) return `${formatDay(day)}: no device`;
	return `${formatDay(day)}: ${formatDevices(tried)}, ${formatCount(failed)} failed, ${formatCount(crashed)} crashed`;
}
