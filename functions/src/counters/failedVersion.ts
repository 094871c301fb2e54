import { actionKind, isTrouble } from "../events/actions.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** Failures and health reports are found by the release that they are about: an index on this field holds no other event. */
export function failedVersion({ action, version, effect }: StoredEvent, { release }: LedgerEntry) {
	if (!isTrouble(actionKind(action))) return {};
	const failed = release ?? (effect.kind === "none" ? version : undefined);
	return failed === undefined ? {} : { failed_version_name: failed };
}
