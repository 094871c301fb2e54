import { DAY_MS, HOUR_MS } from "../functions/src/events/time.ts";
import { startOfDay } from "./days.ts";
import type { DayDocument } from "./documents.ts";
import { type HourCounts, hoursBetween } from "./releaseOnset.ts";

/** Hours of a release's life that its adoption is told for. */
export const ADOPTION_HOURS = 72;

/** The shares of the active devices whose time is told. */
export const ADOPTION_STEPS = [0.1, 0.5, 0.9] as const;

/** How a release took over. */
export type Adoption = {
	/** When the hour begins in which the first device of the rollout had it, in milliseconds since the epoch. */
	readonly from: number;
	/** By the end of each hour, the devices that had come to have it. The last one may be under way. */
	readonly devices: readonly number[];
	/** For each of {@link ADOPTION_STEPS}, the hours until that share of the active devices had it; null when it is not reached. */
	readonly reached: readonly (number | null)[];
	/** Whether the 72 hours are over. */
	readonly isOver: boolean;
};

/** The days whose hours tell of a release's adoption: the 72 hours begin on the first of them. */
export function adoptionDays(appearedOn: string): readonly string[] {
	return Array.from({ length: 4 }, (_, index) =>
		new Date(startOfDay(appearedOn) + index * DAY_MS).toISOString().slice(0, 10),
	);
}

/**
 * How a release took over in its first 72 hours: by its installs or, where there are none, by the devices that ran it.
 * Null as long as no device of the rollout has it.
 *
 * @param appearedOn The UTC day on which its third device tried it: what came before was a trial.
 * @param active How many devices are active.
 * @param now Milliseconds since the epoch.
 */
export function adoptionOf(
	days: ReadonlyMap<string, DayDocument | null>,
	{ appearedOn, active, now }: { readonly appearedOn: string; readonly active: number; readonly now: number },
): Adoption | null {
	const begin = startOfDay(appearedOn);
	const all = hoursBetween(days, begin, Math.min(now, begin + 4 * DAY_MS - 1));
	const first = all.findIndex(hasSome);
	const from = all[first]?.at;
	if (from === undefined) return null;
	const devices = runningTotal(all.slice(first, first + ADOPTION_HOURS));
	return {
		from,
		devices,
		reached: ADOPTION_STEPS.map((step) => {
			const hour = active === 0 ? -1 : devices.findIndex((count) => count >= step * active);
			return hour === -1 ? null : hour + 1;
		}),
		isOver: now >= from + ADOPTION_HOURS * HOUR_MS,
	};
}

function hasSome({ devices }: HourCounts): boolean {
	return (devices.installed ?? 0) > 0 || (devices.ran ?? 0) > 0;
}

function runningTotal(hours: readonly HourCounts[]): readonly number[] {
	const flag = hours.some(({ devices }) => (devices.installed ?? 0) > 0) ? "installed" : "ran";
	let total = 0;
	return hours.map(({ devices }) => {
		total += devices[flag] ?? 0;
		return total;
	});
}
