import { OTHER_VERSION } from "../events/bundleVersion.ts";
import { utcDay } from "../events/eventTime.ts";
import type { ReceivedEvent } from "../firestore/documents.ts";
import { versionPath } from "../firestore/paths.ts";
import { forgetOldest } from "../forgetOldest.ts";
import { isRelease } from "../releases/releaseBefore.ts";
import type { AppCap } from "./appCap.ts";

/** Versions, and apps, that are remembered at the most: some megabytes of an instance's memory. */
const MAX_REMEMBERED = 20_000;

/** Of the bound, the share that an instance takes without asking whether they are new. */
const UNASKED_SHARE = 0.05;

/** What the bound on new versions needs of the world. */
export type NewVersionsOptions = {
	/** Versions of one app that are new on a UTC day and keep their name; 0 lets each keep it. */
	readonly maxPerDay: number;
	/** What other instances took; undefined where anybody can make up apps, so that each instance goes by itself. */
	readonly shared: Pick<AppCap, "newVersions" | "noteNewVersion"> | undefined;
	/** Those of some versions' documents that exist, by their paths. */
	readonly existing: (paths: readonly string[]) => Promise<ReadonlySet<string>>;
	/** Hears of an app with more new versions than that, once a day. */
	readonly onTooMany: (appId: string) => void;
};

/**
 * Bounds how many counters and verdicts a client can make an app have: beyond so many new versions a day the events of
 * further ones are events of {@link OTHER_VERSION}. Versions that the app had before keep their name.
 *
 * An instance takes the first few versions that it meets on a day without asking. Later ones it looks up, once each: a read
 * for each name that a client makes up, and none for a fleet's usual ones.
 */
export function createNewVersionBound({ maxPerDay, shared, existing, onTooMany }: NewVersionsOptions) {
	/** What this instance took of an app today: versions that it didn't ask for, and those that it found to be new. */
	type Met = { readonly unasked: number; readonly found: number; readonly isTold: boolean };
	const known = new Set<string>();
	const met = new Map<string, Met>();
	const maxUnasked = Math.floor(maxPerDay * UNASKED_SHARE);
	let day = "";

	function begin(today: string): void {
		if (day === today) return;
		day = today;
		met.clear();
	}

	function remember(path: string): void {
		known.add(path);
		forgetOldest(known, MAX_REMEMBERED);
	}

	function metOf(appId: string): Met {
		return met.get(appId) ?? { unasked: 0, found: 0, isTold: false };
	}

	function note(appId: string, changed: Partial<Met>): void {
		met.set(appId, { ...metOf(appId), ...changed });
		forgetOldest(met, MAX_REMEMBERED);
	}

	/** Whether a version that the instance doesn't know may be taken without asking. */
	function isUnasked(appId: string): boolean {
		const { unasked } = metOf(appId);
		if (unasked >= maxUnasked) return false;
		note(appId, { unasked: unasked + 1 });
		return true;
	}

	/** Whether a version that is new may keep its name. */
	function isWithin(appId: string): boolean {
		const { found, isTold } = metOf(appId);
		if (Math.max(found, shared?.newVersions(appId) ?? 0) < maxPerDay) {
			note(appId, { found: found + 1 });
			shared?.noteNewVersion(appId);
			return true;
		}
		if (!isTold) onTooMany(appId);
		note(appId, { isTold: true });
		return false;
	}

	/** The paths of the versions that are beyond the bound. */
	async function beyond(events: readonly ReceivedEvent[]): Promise<ReadonlySet<string>> {
		const named = new Map(events.flatMap((event) => versionsIn(event).map((path) => [path, event.event.app_id])));
		const asked = [...named].filter(([path, appId]) => {
			if (known.has(path)) return false;
			if (!isUnasked(appId)) return true;
			remember(path);
			return false;
		});
		if (asked.length === 0) return new Set();
		const exist = await existing(asked.map(([path]) => path));
		const refused = asked.filter(([path, appId]) => {
			// Another request may have asked meanwhile.
			if (!known.has(path) && !exist.has(path) && !isWithin(appId)) return true;
			remember(path);
			return false;
		});
		return new Set(refused.map(([path]) => path));
	}

	return async (events: readonly ReceivedEvent[]): Promise<readonly ReceivedEvent[]> => {
		const [first] = events;
		if (maxPerDay === 0 || first === undefined) return events;
		begin(utcDay(first.receivedAt));
		const refused = await beyond(events);
		return refused.size === 0 ? events : events.map((event) => withBounded(event, refused));
	};
}

function versionsIn({ event, targets = [] }: ReceivedEvent): readonly string[] {
	const { app_id: appId, version_name: version, old_version_name: oldVersion } = event;
	const named = [version, ...targets, ...(oldVersion === undefined ? [] : [oldVersion])];
	return named.filter(isRelease).map((name) => versionPath(appId, name));
}

/** The event with another name in place of those that are beyond the bound. Its own name stays beside it. */
function withBounded(received: ReceivedEvent, refused: ReadonlySet<string>): ReceivedEvent {
	const { event, targets = [] } = received;
	const { app_id: appId, version_name: version, old_version_name: oldVersion } = event;
	const bounded = (name: string) => (refused.has(versionPath(appId, name)) ? OTHER_VERSION : name);
	return {
		...received,
		event: {
			...event,
			version_name: bounded(version),
			...(oldVersion !== undefined && { old_version_name: bounded(oldVersion) }),
		},
		targets: targets.map(bounded),
		...(bounded(version) !== version && { sentVersion: version }),
	};
}
