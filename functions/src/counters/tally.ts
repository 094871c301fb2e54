import type { Timestamp } from "@google-cloud/firestore";
import { utcDay } from "../events/eventTime.ts";
import { appPath, dayPath, versionPath } from "../firestore/paths.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** What events add to one counter document. */
export type Increments = {
	/** Names what is counted, for people who read the document. */
	readonly identity: Readonly<Record<string, string>>;
	/** The arrival of the earliest of the events. */
	readonly firstReceivedAt: Timestamp;
	/** How much is added to each field, by its path: `actions.set`, `devices.failed`, `events`. */
	readonly fields: ReadonlyMap<string, number>;
};

/** What events add to the counters, by the path of the counter document. */
export type Tally = ReadonlyMap<string, Increments>;

/** An event and what it adds. */
export type CountedEvent = { readonly event: StoredEvent; readonly ledger: LedgerEntry };

/** Sums what events add to the counters. It knows nothing of what is stored. */
export function tally(events: readonly CountedEvent[]): Tally {
	const sums = createTally();
	for (const event of events) sums.add(event);
	return sums.documents;
}

/** A tally that grows event by event, for more events than memory holds. */
export function createTally(): { readonly add: (counted: CountedEvent) => void; readonly documents: Tally } {
	const documents = new Map<string, Increments & { readonly fields: Map<string, number> }>();

	const addTo = (path: string, identity: Increments["identity"], fields: Fields, receivedAt: Timestamp) => {
		const document = documents.get(path) ?? { identity, firstReceivedAt: receivedAt, fields: new Map() };
		for (const [field, by] of fields) document.fields.set(field, (document.fields.get(field) ?? 0) + by);
		const firstReceivedAt = receivedAt < document.firstReceivedAt ? receivedAt : document.firstReceivedAt;
		documents.set(path, { ...document, firstReceivedAt });
	};

	const add = ({ event, ledger }: CountedEvent) => {
		const { appId, receivedAt, receivedTime } = event;
		const untracked: Fields = ledger.isUntracked ? [[`untracked.${utcDay(receivedAt)}`, 1]] : [];
		addTo(appPath(appId), { app_id: appId }, [["events", 1], ...untracked], receivedTime);
		for (const { version, day, total, ofDay } of additions(event, ledger)) {
			const identity = { app_id: appId, version_name: version };
			addTo(versionPath(appId, version), identity, total, receivedTime);
			addTo(dayPath(appId, version, day), { ...identity, day }, [...total, ...ofDay], receivedTime);
		}
	};

	return { add, documents };
}

type Fields = readonly (readonly [field: string, by: number])[];

/** What an event adds to a version and one of its days: to both, and to the day alone. */
type Addition = { readonly version: string; readonly day: string; readonly total: Fields; readonly ofDay: Fields };

/**
 * An event counts as one of the version that it names; where it replaced another version, as an `uninstall` of that one. What
 * its device did for the first time counts for the release that it is about, on the day on which the device first tried it.
 * The hours show the same by the time of the event, for production only, as the number of failed checks is.
 */
function additions(event: StoredEvent, ledger: LedgerEntry): readonly Addition[] {
	const { version, day, hour, replacedVersion, isDev } = event;
	const { countedAs, release, isFailedCheck, gained, lost, triedOn, triedAsDev } = ledger;
	const checks: Fields = isFailedCheck && !isDev ? [["failed_checks", 1]] : [];
	const own: Addition = {
		version,
		day,
		total: [["events", 1], ...actionFields(countedAs, isDev), ...checks],
		ofDay: [],
	};
	const replaced: readonly Addition[] =
		replacedVersion === undefined
			? []
			: [{ version: replacedVersion, day, total: actionFields("uninstall", isDev), ofDay: [] }];
	if (release === undefined || triedOn === undefined) return [own, ...replaced];

	const total = [...gained.map((flag) => [flag, 1] as const), ...lost.map((flag) => [flag, -1] as const)].flatMap(
		([flag, by]): Fields =>
			triedAsDev
				? [
						[`devices.${flag}`, by],
						[`dev_devices.${flag}`, by],
					]
				: [[`devices.${flag}`, by]],
	);
	const hours: Fields = triedAsDev ? [] : gained.map((flag) => [`hours.${hour}.${flag}`, 1]);
	return [
		own,
		...replaced,
		{ version: release, day: triedOn, total, ofDay: [] },
		{ version: release, day, total: [], ofDay: hours },
	].filter(({ total, ofDay }) => total.length > 0 || ofDay.length > 0);
}

function actionFields(action: string, isDev: boolean): Fields {
	return isDev
		? [
				[`actions.${action}`, 1],
				[`dev_actions.${action}`, 1],
			]
		: [[`actions.${action}`, 1]];
}
