import type { DeviceCounts } from "../../../functions/src/devices/flags.ts";
import type { Family } from "../../../functions/src/releases/judgeRelease.ts";
import { recoveredText } from "../../../functions/src/releases/sentence.ts";
import "./verdict.css";

type RecoveredProps = {
	/** What the release is bad by; null when it isn't. */
	readonly family: Family | null;
	readonly devices: Pick<DeviceCounts, "failed" | "recovered">;
};

/** Beside a verdict that stays bad: how many of the devices that failed have recovered. Nothing where none did. */
export function Recovered({ family, devices: { failed, recovered } }: RecoveredProps) {
	if (family !== "updates" || recovered === 0) return null;
	return (
		<span class={`recovered ${recovered < failed ? "" : "all"}`}>
			{recoveredText(Math.min(recovered, failed), failed)}
		</span>
	);
}
