import type { Index, Order, QueryScope } from "./indexConfig.ts";

/** Every query that the product makes and the index that it needs. A query by document id alone needs none. */
export const PRODUCT_QUERIES: readonly { readonly purpose: string; readonly index: Index }[] = [
	needs("dashboard: the apps of a user", "members", "COLLECTION_GROUP", { uid: "ASCENDING" }),
	needs("dashboard: an operator's apps, newest activity first", "apps", "COLLECTION", { last_event_at: "DESCENDING" }),
	needs("dashboard, report: versions, newest activity first", "versions", "COLLECTION", {
		last_event_at: "DESCENDING",
	}),
	needs("dashboard, report: a version's days", "days", "COLLECTION", { day: "ASCENDING" }),
	needs("dashboard: active devices", "devices", "COLLECTION", { active_on: "ASCENDING" }),
	needs("dashboard: active production devices", "devices", "COLLECTION", {
		is_dev: "ASCENDING",
		active_on: "ASCENDING",
	}),
	needs("dashboard, report: active devices of a version", "devices", "COLLECTION", {
		version_name: "ASCENDING",
		active_on: "ASCENDING",
	}),
	needs("dashboard, report: active production devices of a version", "devices", "COLLECTION", {
		is_dev: "ASCENDING",
		version_name: "ASCENDING",
		active_on: "ASCENDING",
	}),
	needs("dashboard: a device by its custom id", "devices", "COLLECTION", { custom_id: "ASCENDING" }),
	needs("dashboard: a device's timeline", "events", "COLLECTION", { occurred_at: "DESCENDING" }),
	needs("dashboard: failures of a version, newest first", "events", "COLLECTION_GROUP", {
		app_id: "ASCENDING",
		failed_version_name: "ASCENDING",
		occurred_at: "DESCENDING",
	}),
	needs("dashboard: failures of a version by action, newest first", "events", "COLLECTION_GROUP", {
		app_id: "ASCENDING",
		failed_version_name: "ASCENDING",
		action: "ASCENDING",
		occurred_at: "DESCENDING",
	}),
	needs("ingest: what a device sent today", "events", "COLLECTION", { received_at: "ASCENDING" }),
];

function needs(
	purpose: string,
	collectionGroup: string,
	queryScope: QueryScope,
	orders: Readonly<Record<string, Order>>,
) {
	const fields = Object.entries(orders).map(([fieldPath, order]) => ({ fieldPath, order }));
	return { purpose, index: { collectionGroup, queryScope, fields } };
}
