import type { Verdict } from "../releases/judgeRate.ts";
import type { Family } from "../releases/judgeRelease.ts";

/** What a team is told of, whether or not somebody looks. */
export type Alert =
	| {
			readonly kind: "release";
			readonly version: string;
			readonly verdict: Verdict;
			/** The verdict that stood before; null where there was none. */
			readonly verdictBefore: Verdict | null;
			readonly family: Family | null;
			/** The UTC day with whose devices it began; null for good news. */
			readonly since: string | null;
			/** How many devices tried the release. */
			readonly devices: number;
			/** The bad release whose place a healthy one takes; null where it takes none's. */
			readonly replaces: string | null;
			readonly sentence: string;
	  }
	/** An app that used to send fell silent, or sends again. */
	| { readonly kind: "silence"; readonly isOver: boolean; readonly lastEventAt: number; readonly sentence: string }
	/** Events wait to be counted run after run, or no longer do. */
	| { readonly kind: "backlog"; readonly isOver: boolean; readonly events: number; readonly sentence: string }
	/** A webhook failed for so long, or is there no more, that nothing is sent to it from now on. */
	| { readonly kind: "webhook"; readonly webhookId: string; readonly failingSince: number; readonly sentence: string };
