import type { DeviceCounts } from "../functions/src/devices/flags.ts";
import type { Event } from "../functions/src/events/schema.ts";
import type { Verdict } from "../functions/src/releases/judgeRate.ts";
import type { Judgement } from "../functions/src/releases/judgeRelease.ts";
import type { Alert } from "../functions/src/watch/alert.ts";

/** A Firestore timestamp, of whichever client library read it. */
export type Moment = { toMillis(): number };

/** How many events of each action. */
export type ActionCounts = Readonly<Record<string, number>>;

/** What the counters of a version, or of one of its days, hold. `docs/data-model.md` tells the fields of each document. */
export type Counters = {
	readonly actions?: ActionCounts;
	readonly dev_actions?: ActionCounts;
	readonly devices?: Partial<DeviceCounts>;
	readonly dev_devices?: Partial<DeviceCounts>;
	readonly failed_checks?: number;
};

export type AppDocument = {
	readonly app_id: string;
	readonly events?: number;
	readonly last_event_at?: Moment;
	readonly limits?: unknown;
	/** By the UTC day: events that were not stored because the app had sent too many. */
	readonly dropped?: Readonly<Record<string, number>>;
	/** By the UTC day of their arrival: events that count without their device, because the app had too many new ones. */
	readonly untracked?: Readonly<Record<string, number>>;
	/** Since when nothing of it is stored. */
	readonly paused_at?: Moment;
	readonly backlog?: { readonly events: number; readonly oldest_at: Moment; readonly swept_at: Moment };
};

export type MemberDocument = { readonly uid: string; readonly app_id: string; readonly role: string };

export type VersionDocument = Counters & {
	readonly version_name: string;
	readonly first_event_at?: Moment;
	readonly last_event_at?: Moment;
	readonly hidden?: boolean;
};

export type DayDocument = Counters & {
	readonly day: string;
	/** By the hour, `00` to `23`: the production devices that gained each flag in it. */
	readonly hours?: Readonly<Record<string, Partial<DeviceCounts>>>;
};

export type VerdictDocument = Judgement & {
	readonly version_name: string;
	readonly devices: DeviceCounts;
	readonly cohorts: Readonly<Record<string, Partial<DeviceCounts>>>;
	readonly appeared_on?: string;
	readonly first_installed_on: string | null;
	readonly judged_at: Moment;
};

export type AlertDocument = {
	readonly kind: Alert["kind"];
	readonly sentence: string;
	readonly version_name?: string;
	readonly verdict?: Verdict;
	/** The UTC day since when the release is bad; null of good news. */
	readonly since?: string | null;
	/** The bad release whose place a healthy one took. */
	readonly replaces?: string | null;
	readonly is_over?: boolean;
	readonly created_at: Moment;
	readonly acknowledged_at: Moment | null;
};

export type EventDocument = Event & {
	readonly release?: string;
	readonly failed_version_name?: string;
	readonly failed_check?: boolean;
	readonly occurred_at: Moment;
	readonly received_at: Moment;
};

/** What a device did with a release, in its document: `docs/data-model.md`. */
export type StoredRelease = {
	readonly tried_on: string;
	readonly tried_as_dev?: boolean;
	readonly opened_at?: Moment;
	readonly downloaded_at?: Moment;
	readonly download_failed_at?: Moment;
	readonly installed_at?: Moment;
	readonly failed_at?: Moment;
	readonly began_at?: Moment;
	readonly has_run?: boolean;
	readonly crashed_at?: readonly Moment[];
};

export type DeviceDocument = Partial<Omit<Event, "action" | "metadata" | "message" | "timestamp">> & {
	readonly device_id: string;
	readonly is_dev?: boolean;
	readonly last_action?: string;
	readonly first_seen_at?: Moment;
	readonly last_seen_at?: Moment;
	readonly dropped_events?: number;
	readonly failed_versions?: readonly string[];
	readonly crashed_versions?: readonly string[];
	/** By the id under which a document of the release would be stored. */
	readonly releases?: Readonly<Record<string, StoredRelease | null>>;
};
