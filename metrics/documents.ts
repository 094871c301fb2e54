import type { Event } from "../functions/src/events/schema.ts";

/** A Firestore timestamp, of whichever client library read it. */
export type Moment = { toMillis(): number };

/** How many events of each action. */
export type ActionCounts = Readonly<Record<string, number>>;

/** What the counters of a version, or of one of its days, hold. `docs/data-model.md` tells the fields of each document. */
export type Counters = { readonly actions?: ActionCounts; readonly dev_actions?: ActionCounts };

export type AppDocument = { readonly app_id: string; readonly events?: number; readonly last_event_at?: Moment };

export type MemberDocument = { readonly uid: string; readonly app_id: string; readonly role: string };

export type VersionDocument = Counters & {
	readonly version_name: string;
	readonly first_event_at?: Moment;
	readonly last_event_at?: Moment;
};

export type DayDocument = Counters & { readonly day: string };

export type EventDocument = Event & {
	readonly failed_version_name?: string;
	readonly occurred_at: Moment;
	readonly received_at: Moment;
};

export type DeviceDocument = Partial<Omit<Event, "action" | "metadata" | "message" | "timestamp">> & {
	readonly device_id: string;
	readonly is_dev?: boolean;
	readonly last_action?: string;
	readonly first_seen_at?: Moment;
	readonly last_seen_at?: Moment;
};
