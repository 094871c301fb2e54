import type { Timestamp } from "@google-cloud/firestore";
import { appPath, dayPath, versionPath } from "../firestore/paths.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** What events add to one counter document. */
export type Increments = {
	/** Names what is counted, for people who read the document. */
	readonly identity: Readonly<Record<string, string>>;
	/** The arrival of the earliest of the events. */
	readonly firstReceivedAt: Timestamp;
	/** How much is added to each field, by its path: `actions.set`, `events`. */
	readonly fields: ReadonlyMap<string, number>;
};

/** What events add to the counters, by the path of the counter document. */
export type Tally = ReadonlyMap<string, Increments>;

/** Sums what events add to the counters. It knows nothing of what is stored. */
export function tally(events: readonly StoredEvent[]): Tally {
	const sums = createTally();
	for (const event of events) sums.add(event);
	return sums.documents;
}

/** A tally that grows event by event, for more events than memory holds. */
export function createTally(): { readonly add: (event: StoredEvent) => void; readonly documents: Tally } {
	const documents = new Map<string, Increments & { readonly fields: Map<string, number> }>();

	const addTo = (path: string, identity: Increments["identity"], fields: readonly string[], receivedAt: Timestamp) => {
		const document = documents.get(path) ?? { identity, firstReceivedAt: receivedAt, fields: new Map() };
		for (const field of fields) document.fields.set(field, (document.fields.get(field) ?? 0) + 1);
		const firstReceivedAt = receivedAt < document.firstReceivedAt ? receivedAt : document.firstReceivedAt;
		documents.set(path, { ...document, firstReceivedAt });
	};

	const add = (event: StoredEvent) => {
		const { appId, day, receivedAt } = event;
		addTo(appPath(appId), { app_id: appId }, ["events"], receivedAt);
		for (const { version, fields } of countedFields(event)) {
			const identity = { app_id: appId, version_name: version };
			addTo(versionPath(appId, version), identity, fields, receivedAt);
			addTo(dayPath(appId, version, day), { ...identity, day }, fields, receivedAt);
		}
	};

	return { add, documents };
}

/** What an event counts as: an event of its version, and where it replaced another version, an `uninstall` of that one. */
function countedFields({ version, action, replacedVersion, isDev }: StoredEvent) {
	const own = { version, fields: ["events", ...actionFields(action, isDev)] };
	if (replacedVersion === undefined) return [own];
	return [own, { version: replacedVersion, fields: actionFields("uninstall", isDev) }];
}

function actionFields(action: string, isDev: boolean): readonly string[] {
	return isDev ? [`actions.${action}`, `dev_actions.${action}`] : [`actions.${action}`];
}
