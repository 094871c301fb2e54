import { everyQuery, neededIndexes } from "../../../metrics/queries.ts";
import type { Index } from "./indexConfig.ts";

/** The query by which the cap of a device's day finds what the device sent today. */
const EVENTS_SINCE: Index = {
	collectionGroup: "events",
	queryScope: "COLLECTION",
	fields: [{ fieldPath: "received_at", order: "ASCENDING" }],
};

/** The query by which the sweep finds what is not counted. */
const UNCOUNTED_EVENTS: Index = {
	collectionGroup: "events",
	queryScope: "COLLECTION_GROUP",
	fields: [{ fieldPath: "uncounted_since", order: "ASCENDING" }],
};

/** What the schedule asks for: apps and versions that changed are found as the page finds them. */
const SCHEDULE: readonly Index[] = [
	{ collectionGroup: "days", queryScope: "COLLECTION", fields: [{ fieldPath: "last_event_at", order: "ASCENDING" }] },
	{
		collectionGroup: "verdicts",
		queryScope: "COLLECTION",
		fields: [{ fieldPath: "appeared_on", order: "DESCENDING" }],
	},
	{
		collectionGroup: "verdicts",
		queryScope: "COLLECTION_GROUP",
		fields: [{ fieldPath: "rejudge_at", order: "ASCENDING" }],
	},
	{
		collectionGroup: "watch",
		queryScope: "COLLECTION_GROUP",
		fields: [{ fieldPath: "silent_after", order: "ASCENDING" }],
	},
];

/** The newest alerts of an app, for the page. */
const ALERTS: Index = {
	collectionGroup: "alerts",
	queryScope: "COLLECTION",
	fields: [{ fieldPath: "created_at", order: "DESCENDING" }],
};

/** The index that each query of the product needs. A query by document id alone needs none. */
export const NEEDED_INDEXES: readonly Index[] = [
	...everyQuery("com.example.shop").flatMap(neededIndexes),
	...SCHEDULE,
	ALERTS,
	EVENTS_SINCE,
	UNCOUNTED_EVENTS,
];
