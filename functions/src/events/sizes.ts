/**
 * The longest identifier, name or version that an event may carry, in UTF-16 code units. Even when every unit is
 * escaped for a document id it stays below Firestore's 1,500 bytes: https://firebase.google.com/docs/firestore/quotas
 */
export const MAX_NAME_LENGTH = 255;

/** Free text (`message`, a metadata value) is cut to this many UTF-16 code units. */
export const MAX_TEXT_LENGTH = 1_024;

/** A `stack` in the metadata is cut to this many UTF-16 code units, as the plugin cuts it. */
export const MAX_STACK_LENGTH = 2_048;

/** Metadata entries beyond this many are left out, so that one event stays a small document. */
export const MAX_METADATA_ENTRIES = 32;

/** A metadata entry with a longer name, in UTF-16 code units, is left out. */
export const MAX_METADATA_KEY_LENGTH = 64;
