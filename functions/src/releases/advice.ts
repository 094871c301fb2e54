import type { Verdict } from "./judgeRate.ts";

/**
 * What whoever gives out a release should do: `continue` and give it to more devices, `hold` and give it to none, or `wait`
 * with as many as have it now, because nothing is known yet.
 */
export type Advice = "continue" | "hold" | "wait";

/**
 * What a verdict says to those who give out the release.
 *
 * @param isStale Whether the verdict may be overtaken: then good news is none, and bad news stands.
 */
export function adviceOn(verdict: Verdict, isStale: boolean): Advice {
	switch (verdict) {
		case "failing":
		case "worse":
			return "hold";
		case "healthy":
			return isStale ? "wait" : "continue";
		case "too early":
		case "no data":
			return "wait";
	}
}
