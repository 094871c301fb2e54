import { utcDay } from "../events/eventTime.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import { forgetOldest } from "../forgetOldest.ts";
import { shareOfBound } from "./dropOrder.ts";
import { type Intake, type IntakeSums, NOTHING_TAKEN, type Taken } from "./intake.ts";

/** An instance goes by what it knows for so long, in milliseconds, and looks again when half of it is over. */
const KNOWN_MS = 60_000;

/** Free text of so many UTF-16 code units counts as an event more: storage costs by the byte. Hardly an event has as much. */
const TEXT_OF_AN_EVENT = 4_096;

/** Apps of which drops are remembered until they are told, at the most: a client may make up any number. */
const MAX_DROPPING_APPS = 1_000;

/** What the cap needs of the world. */
export type AppCapOptions = {
	/** Events stored for one app in a UTC day, one with much text as several; 0 stores all. */
	readonly maxEventsPerDay: number;
	/** The app under which an app's events are added up: with it, apps that anybody can make up share one bound. */
	readonly countedWith: (appId: string) => string;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	readonly read: (day: string) => Promise<Intake>;
	readonly add: (day: string, sums: IntakeSums) => Promise<void>;
	/** Hears how many events of an app were dropped since it heard so last. */
	readonly onDropped: (appId: string, droppedEvents: number) => void;
};

/** What bounds an app. */
export type AppCap = {
	/** Takes those of a request's events that are to be stored. */
	readonly take: (events: readonly ReceivedEvent[]) => Promise<readonly ReceivedEvent[]>;
	/** Gives back what was taken and could not be stored. */
	readonly giveBack: (events: readonly ReceivedEvent[]) => void;
	/** How many new versions of an app were taken today, and the note of a further one. */
	readonly newVersions: (appId: string) => number;
	readonly noteNewVersion: (appId: string) => void;
};

/**
 * Bounds what an app can cost in a UTC day, in the order of {@link shareOfBound}, and stores nothing of an app that is
 * paused.
 *
 * It is cheap because instances tell each other by one document what they took: each reads it every half minute, however
 * many apps there are, and writes to it whenever it took a ten thousandth of the bound, later a tenth of what it took itself.
 * A request waits for that only when nothing is known yet, or nothing new for a minute, or too much was not told. That is a
 * hundredth of the bound at the most, so the bound can be exceeded by so much for each instance.
 */
export function createAppCap({ maxEventsPerDay, countedWith, now, read, add, onDropped }: AppCapOptions): AppCap {
	/** What was taken of an app today: by all, as it was last read; by this instance since; and what this instance told. */
	type Usage = { known: Taken; untold: Taken; toldEvents: number };
	const leastTold = Math.max(1, Math.ceil(maxEventsPerDay / 10_000));
	const mostUntold = Math.max(1, Math.ceil(maxEventsPerDay / 200));

	let day = "";
	let intake: Intake | undefined;
	let readAt = Number.NEGATIVE_INFINITY;
	let looking: Promise<void> | undefined;
	const usages = new Map<string, Usage>();
	const dropped = new Map<string, number>();

	function usageOf(appId: string): Usage {
		const key = countedWith(appId);
		const usage = usages.get(key) ?? {
			known: intake?.takenOf(key) ?? NOTHING_TAKEN,
			untold: NOTHING_TAKEN,
			toldEvents: 0,
		};
		usages.set(key, usage);
		return usage;
	}

	/** Begins a day. What was not told of the one before is little, and bounds nothing any more. */
	function begin(today: string): void {
		if (day === today) return;
		day = today;
		intake = undefined;
		usages.clear();
		dropped.clear();
	}

	/** How urgent it is to tell what was taken: at 1 it is time, at 2 nothing more is taken before. */
	function urgency({ untold, toldEvents }: Usage): number {
		const share = Math.min(Math.max(toldEvents / 10, leastTold), mostUntold);
		return Math.max(untold.events / share, untold.newVersions / MAX_UNTOLD_VERSIONS);
	}

	async function look(): Promise<void> {
		const ofDay = day;
		const told = sumsToTell();
		if (told.taken.size > 0 || told.dropped.size > 0) await add(ofDay, told);
		if (day !== ofDay) return;
		for (const [key, taken] of told.taken) {
			const { known, untold, toldEvents } = usageOf(key);
			const kept = { known: sum(known, taken), untold: difference(untold, taken) };
			usages.set(key, { ...kept, toldEvents: toldEvents + taken.events });
		}
		for (const [appId, events] of told.dropped) {
			const untold = dropped.get(appId);
			if (untold !== undefined) dropped.set(appId, untold - events);
			onDropped(appId, events);
		}
		const found = await read(ofDay);
		if (day !== ofDay) return;
		intake = found;
		readAt = now();
		for (const [key, usage] of usages) usages.set(key, { ...usage, known: found.takenOf(key) });
	}

	function sumsToTell(): IntakeSums {
		const taken = [...usages].filter(([, { untold }]) => untold.events >= leastTold || untold.newVersions > 0);
		const ofApps = [...dropped].filter(([, events]) => events >= leastTold);
		const untold = new Map(taken.map(([key, usage]) => [key, usage.untold]));
		return { taken: untold, dropped: new Map(ofApps), pastDays: intake?.pastDays ?? [] };
	}

	/** Looks once for all who ask meanwhile. An instance that knows something goes by that when it can't look. */
	function lookOnce(): Promise<void> {
		looking ??= look()
			.catch((error: unknown) => {
				if (intake === undefined) throw error;
			})
			.finally(() => {
				looking = undefined;
			});
		return looking;
	}

	async function know(appIds: ReadonlySet<string>): Promise<void> {
		begin(utcDay(now()));
		const age = intake === undefined ? Number.POSITIVE_INFINITY : now() - readAt;
		const urge = Math.max(age / (KNOWN_MS / 2), ...[...appIds].map((appId) => urgency(usageOf(appId))));
		if (urge >= 1 && urge < 2) lookOnce().catch(() => {}); // Who needs it tries again.
		if (urge < 2) return;
		// What was begun on the day before tells nothing of today.
		do await lookOnce();
		while (intake === undefined);
	}

	function isTaken(received: ReceivedEvent): boolean {
		const { app_id: appId, action } = received.event;
		if (intake?.isPaused(appId)) return false;
		const { known, untold } = usageOf(appId);
		if (maxEventsPerDay > 0 && known.events + untold.events >= maxEventsPerDay * shareOfBound(action)) {
			noteDropped(appId);
			return false;
		}
		if (maxEventsPerDay > 0) note(appId, { events: weightOf(received), newVersions: 0 });
		return true;
	}

	function noteDropped(appId: string): void {
		dropped.set(appId, (dropped.get(appId) ?? 0) + 1);
		forgetOldest(dropped, MAX_DROPPING_APPS);
	}

	function note(appId: string, taken: Taken): void {
		const usage = usageOf(appId);
		usages.set(countedWith(appId), { ...usage, untold: sum(usage.untold, taken) });
	}

	return {
		take: async (events) => {
			await know(new Set(events.map(({ event }) => event.app_id)));
			return events.filter(isTaken);
		},
		giveBack: (events) => {
			if (maxEventsPerDay === 0) return;
			for (const received of events) note(received.event.app_id, { events: -weightOf(received), newVersions: 0 });
		},
		newVersions: (appId) => {
			const { known, untold } = usageOf(appId);
			return known.newVersions + untold.newVersions;
		},
		noteNewVersion: (appId) => note(appId, { events: 0, newVersions: 1 }),
	};
}

/** New versions of an app that an instance keeps to itself at the most. */
const MAX_UNTOLD_VERSIONS = 5;

function weightOf({ event: { metadata = {}, message = "" } }: ReceivedEvent): number {
	const text = Object.values(metadata).reduce((length, value) => length + value.length, message.length);
	return 1 + Math.floor(text / TEXT_OF_AN_EVENT);
}

function sum(a: Taken, b: Taken): Taken {
	return { events: a.events + b.events, newVersions: a.newVersions + b.newVersions };
}

function difference(a: Taken, b: Taken): Taken {
	return { events: a.events - b.events, newVersions: a.newVersions - b.newVersions };
}
