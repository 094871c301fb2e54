import { ACTIVE_DAYS, TREND_DAYS } from "../../../metrics/definitions.ts";
import type { OverviewColumn } from "../../../metrics/overview.ts";
import { MISSING_LABEL } from "../../../metrics/releaseComparison.ts";

/** What each column of the overview is called, and what it means. */
export const COLUMNS: Readonly<Record<OverviewColumn, { readonly label: string; readonly meaning: string }>> = {
	release: { label: "Release", meaning: "By the day of its first install" },
	verdict: { label: "Verdict", meaning: "How it does, beyond chance; the worst first" },
	adoption: { label: "Adoption", meaning: `Devices that run it and were seen in the last ${ACTIVE_DAYS} days` },
	failed: { label: "Failed", meaning: "Devices on which it failed after it had arrived, of those that tried it" },
	crashed: { label: "Crashed", meaning: "Devices on which the app crashed within a day of running it" },
	missing: { label: MISSING_LABEL, meaning: "Devices that tried it and have not downloaded it" },
	trend: {
		label: `${TREND_DAYS} days`,
		meaning: "Production devices by the day of their first try; red where it failed",
	},
	event: { label: "Last event", meaning: "When its newest event was counted" },
};
