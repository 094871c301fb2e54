import type { DeviceCounts } from "../functions/src/devices/flags.ts";
import { formatCount } from "./format.ts";

/** A step of devices on their way with a release. */
export type DeviceFunnelStep = {
	readonly name: "tried" | "downloaded" | "installed" | "well";
	readonly label: string;
	readonly count: number;
	/** Of the devices that tried it, between 0 and 1. */
	readonly share: number;
	/** What became of those that the step before had and this one hasn't; empty where there are none. */
	readonly lost: string;
};

const STEPS = [
	{ name: "tried", label: "Tried it" },
	{ name: "downloaded", label: "Have downloaded it" },
	{ name: "installed", label: "Installed it" },
	{ name: "well", label: "Still well: neither failed nor crashed since" },
] as const;

/**
 * How many devices came how far. The steps can't grow: each is counted of the same devices, and is a part of the one before
 * it. Counters are read while they are written, so a part that is ahead is held to its whole.
 */
export function deviceFunnel(devices: DeviceCounts): readonly DeviceFunnelStep[] {
	let whole = devices.tried;
	return STEPS.map(({ name, label }) => {
		const before = whole;
		const count = Math.min(before, devices[name]);
		whole = count;
		return {
			name,
			label,
			count,
			share: devices.tried === 0 ? 0 : count / devices.tried,
			lost: lostText(name, before - count, devices),
		};
	});
}

function lostText(name: DeviceFunnelStep["name"], lost: number, devices: DeviceCounts): string {
	if (lost === 0) return "";
	switch (name) {
		case "tried":
			return "";
		case "downloaded": {
			const failed = Math.min(lost, devices.download_failed);
			const rest = lost - failed;
			const parts = [
				failed > 0 && `${formatCount(failed)} could not download it`,
				rest > 0 && `${formatCount(rest)} on their way`,
			];
			return `${formatCount(lost)} lack it: ${parts.filter(Boolean).join(", ")}`;
		}
		case "installed":
			return `${formatCount(lost)} have it and did not install it: it failed before, or waits for the app's next start`;
		case "well":
			return `${formatCount(lost)} failed or crashed after it was installed`;
	}
}
