import { everyQuery, neededIndex } from "../../../metrics/queries.ts";
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

/** The index that each query of the product needs. A query by document id alone needs none. */
export const NEEDED_INDEXES: readonly Index[] = [
	...everyQuery("com.example.shop").map(neededIndex),
	EVENTS_SINCE,
	UNCOUNTED_EVENTS,
];
