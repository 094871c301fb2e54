import type { Timestamp } from "@google-cloud/firestore";
import { appPath, dayPath, versionPath } from "../firestore/paths.ts";
import type { StoredEvent } from "./storedEvent.ts";

/** What a group of events adds to one counter document. */
export type Increments = {
	/** Names what is counted, for people who read the document. */
	readonly identity: Readonly<Record<string, string>>;
	/** The arrival of the earliest of the events. */
	readonly firstReceivedAt: Timestamp;
	/** How much is added to each field, by its path: `actions.set`, `events`. */
	readonly fields: ReadonlyMap<string, number>;
};

/** Sums what events add to the counters, by the path of the counter document. It knows nothing of what is stored. */
export function tally(events: readonly StoredEvent[]): ReadonlyMap<string, Increments> {
	const documents = new Map<string, Increments & { readonly fields: Map<string, number> }>();

	const add = (path: string, identity: Increments["identity"], fields: readonly string[], receivedAt: Timestamp) => {
		const document = documents.get(path) ?? { identity, firstReceivedAt: receivedAt, fields: new Map() };
		for (const field of fields) document.fields.set(field, (document.fields.get(field) ?? 0) + 1);
		const firstReceivedAt = receivedAt < document.firstReceivedAt ? receivedAt : document.firstReceivedAt;
		documents.set(path, { ...document, firstReceivedAt });
	};

	for (const event of events) {
		const { appId, day, receivedAt } = event;
		add(appPath(appId), { app_id: appId }, ["events"], receivedAt);
		for (const { version, fields } of countedFields(event)) {
			const identity = { app_id: appId, version_name: version };
			add(versionPath(appId, version), identity, fields, receivedAt);
			add(dayPath(appId, version, day), { ...identity, day }, fields, receivedAt);
		}
	}
	return documents;
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
