import { namesCrash } from "./actions.ts";
import type { Event } from "./schema.ts";

/**
 * An app of this importance or a smaller one was visible, so somebody saw it end. The system ends what nobody sees
 * whenever it needs memory: https://developer.android.com/reference/android/app/ActivityManager.RunningAppProcessInfo#IMPORTANCE_VISIBLE
 */
const IMPORTANCE_VISIBLE = 200;

/**
 * Whether an event tells that the app crashed or hung, or was ended before somebody's eyes because memory was low.
 *
 * On iOS `app_crash` is a guess: the app was in the foreground when its last session ended without a word.
 *
 * Source: `AndroidAppExitReporter.java` and `AppHealthTracker.swift` of `@capgo/capacitor-updater` 8.51.23. Metadata are
 * strings there; `exit_importance` is a decimal number.
 */
export function isCrash({ action, metadata }: Pick<Event, "action" | "metadata">): boolean {
	if (namesCrash(action)) return true;
	if (action !== "app_killed_low_memory") return false;
	const importance = wholeNumber(metadata?.["exit_importance"]);
	return importance !== undefined && importance <= IMPORTANCE_VISIBLE;
}

/**
 * When the process ended that an event tells of, in milliseconds since the epoch; undefined where it isn't told. Android
 * reports up to eight exits at the next start of the app, under the bundle that runs then. iOS tells no time of an exit:
 * its `session_started_at` is when the session began that ended so.
 *
 * Source: `AndroidAppExitReporter.java` of `@capgo/capacitor-updater` 8.51.23: `exit_timestamp`, a decimal number.
 */
export function exitedAt({ metadata }: Pick<Event, "metadata">): number | undefined {
	return wholeNumber(metadata?.["exit_timestamp"]);
}

/**
 * When the session began that ended in what an event tells of, in milliseconds since the epoch; undefined where it isn't told.
 *
 * Source: `AppHealthTracker.swift` of `@capgo/capacitor-updater` 8.51.23: `session_started_at`.
 */
export function sessionStartedAt({ metadata }: Pick<Event, "metadata">): number | undefined {
	return wholeNumber(metadata?.["session_started_at"]);
}

function wholeNumber(text: string | undefined): number | undefined {
	return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
