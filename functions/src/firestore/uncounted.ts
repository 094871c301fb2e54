/**
 * Where the events stand that are not counted yet: in an index over `uncounted_since`, a field that counting removes.
 *
 * Its value is a shard and the minute of arrival, so that new events are spread over many places of the index, each of
 * which takes 500 writes a second: https://firebase.google.com/docs/firestore/solutions/shard-timestamp
 */

/** Places of the index that take new events. */
export const UNCOUNTED_SHARDS = 32;

/** The index value of an event that arrives, in milliseconds since the epoch. Ids are spread evenly; so are their shards. */
export function uncountedSince(eventId: string, receivedAt: number): string {
	const shard = [...eventId].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % UNCOUNTED_SHARDS, 0);
	return shardValue(shard, receivedAt);
}

/** The index values of a shard's events that arrived from one moment, rounded to its minute, until before the other's. */
export function uncountedBetween(shard: number, from: number, until: number): readonly [from: string, until: string] {
	return [shardValue(shard, from), shardValue(shard, until)];
}

function shardValue(shard: number, milliseconds: number): string {
	const minute = new Date(milliseconds).toISOString().slice(0, 16);
	return `${String(shard).padStart(2, "0")} ${minute}`;
}
