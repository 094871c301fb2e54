export const MINUTE_MS = 60 * 1_000;

export const HOUR_MS = 60 * MINUTE_MS;

/** A UTC day has no leap second in Unix time. */
export const DAY_MS = 24 * HOUR_MS;
