import {
	collection,
	collectionGroup,
	documentId,
	type Firestore,
	limit,
	orderBy,
	type Query,
	type QueryConstraint,
	query,
	where,
} from "firebase/firestore";
import type { QuerySpec } from "../../../metrics/queries.ts";

/** No id comes after it: the last character of Unicode. */
const LAST_CHARACTER = "\u{10ffff}";

/** A query in the words of the browser's client library. */
export function toQuery(db: Firestore, spec: QuerySpec): Query {
	const source = spec.isGroup ? collectionGroup(db, spec.collection) : collection(db, spec.collection);
	const constraints: QueryConstraint[] = [
		...spec.where.map(([field, operator, value]) => where(field, operator, value)),
		...(spec.ids ? [where(documentId(), "in", [...spec.ids])] : []),
		...(spec.idPrefix === undefined ? [] : beginningWith(spec.idPrefix)),
		...(spec.orderBy ? [orderBy(...spec.orderBy)] : []),
		...(spec.limit === undefined ? [] : [limit(spec.limit)]),
	];
	return query(source, ...constraints);
}

function beginningWith(prefix: string): QueryConstraint[] {
	return [where(documentId(), ">=", prefix), where(documentId(), "<", `${prefix}${LAST_CHARACTER}`)];
}
