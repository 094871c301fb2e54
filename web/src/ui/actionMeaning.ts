import { ACTIONS, type Action } from "../../../functions/src/events/actions.ts";

const catalogue: ReadonlyMap<string, Action> = new Map(Object.entries(ACTIONS));

/** What an action tells, as a sentence's end; an operator's own action has no meaning here. */
export function meaningOf(action: string): string {
	return catalogue.get(action)?.meaning ?? "an action of your own";
}
