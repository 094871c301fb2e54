import { actionKind } from "../events/actions.ts";

/** The share of a bound up to which events of an action are stored: what matters most is dropped last. */
export function shareOfBound(action: string): number {
	switch (actionKind(action)) {
		case "progress":
			return 0.8;
		case "bundle":
		case "lifecycle":
		case "refusal":
		case "channel":
		case "custom":
			return 0.9;
		case "install":
		case "failure":
		case "health":
			return 1;
	}
}
