import { FieldValue, Timestamp } from "@google-cloud/firestore";
import { actionKind, isTrouble } from "../events/actions.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { StoredEvent } from "./storedEvent.ts";

/**
 * What counting writes into an event's document: that it is counted, what it added, and what that means for the event.
 *
 * @param countedAt Milliseconds since the epoch.
 */
export function countedMark(event: StoredEvent, entry: LedgerEntry, countedAt: number) {
	const { countedAs, release, isFailedCheck, isUntracked, gained, lost, triedOn, triedAsDev } = entry;
	return {
		counted_at: Timestamp.fromMillis(countedAt),
		uncounted_since: FieldValue.delete(),
		...(countedAs !== event.action && { counted_as: countedAs }),
		...(release !== undefined && { release }),
		...(isFailedCheck && { failed_check: true }),
		...(isUntracked && { untracked: true }),
		...(gained.length > 0 && { firsts: gained }),
		...(lost.length > 0 && { lost }),
		...(triedOn !== undefined && { tried_on: triedOn }),
		...(triedAsDev && { tried_as_dev: true }),
		...failedVersion(event, entry),
		...laterExpiry(event, entry),
	};
}

/** Failures and health reports are found by the release that they are about: an index on this field holds no other event. */
function failedVersion({ action, version, effect }: StoredEvent, { release, isUntracked }: LedgerEntry) {
	if (isUntracked || !isTrouble(actionKind(action))) return {};
	const failed = release ?? (effect.kind === "none" ? version : undefined);
	return failed === undefined ? {} : { failed_version_name: failed };
}

/**
 * A device's flags count on the day on which it first tried the release, which for an event that came late is after its own
 * day. The event must then live until that day's counters can't be rebuilt any more.
 */
function laterExpiry({ day, expiresAt }: StoredEvent, { triedOn }: LedgerEntry) {
	if (expiresAt === null || triedOn === undefined || triedOn <= day) return {};
	const later = Date.parse(triedOn) - Date.parse(day);
	return { expire_at: Timestamp.fromMillis(expiresAt.toMillis() + later) };
}
