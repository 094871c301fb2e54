/**
 * The longest identifier, name or version that an event may carry, in UTF-16 code units. Even when every unit is
 * escaped for a document id it stays below Firestore's 1,500 bytes: https://firebase.google.com/docs/firestore/quotas
 */
export const MAX_NAME_LENGTH = 255;

/** Free text (`message`, a metadata value) is cut to this many UTF-16 code units, so that a long stack trace is kept in part. */
export const MAX_TEXT_LENGTH = 1_024;

/** Metadata entries beyond this many are left out, so that one event stays a small document. */
export const MAX_METADATA_ENTRIES = 32;

/** The longest metadata key, in UTF-16 code units. */
export const MAX_METADATA_KEY_LENGTH = 64;

/** A client's clock may be this far ahead of the server's before its `timestamp` is disbelieved, in milliseconds. */
export const MAX_CLOCK_LEAD_MS = 60 * 60 * 1_000;

/** The plugin keeps unsent events on disk. A `timestamp` older than this, in milliseconds, is a wrong clock, not a late event. */
export const MAX_EVENT_AGE_MS = 30 * 24 * 60 * 60 * 1_000;
