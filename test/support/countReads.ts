import type { AnsweredCall } from "../../scripts/emulators/firestoreProxy.ts";
import { valuesOf } from "../../scripts/emulators/protobuf.ts";

/**
 * Counts document reads as Firestore bills them: one for each document that a query or a look-up gives, and one for a query
 * that gives none: https://firebase.google.com/docs/firestore/pricing#operations
 */
export function countReads(): { readonly onAnswered: (call: AnsweredCall) => void; readonly take: () => number } {
	let reads = 0;
	const onAnswered = ({ method, responses }: AnsweredCall) => {
		if (method === "BatchGetDocuments") {
			// BatchGetDocumentsResponse { oneof { Document found = 1; string missing = 2 } }
			reads += responses.flatMap((response) => [...valuesOf(response, 1), ...valuesOf(response, 2)]).length;
		}
		if (method === "RunQuery") {
			// RunQueryResponse { Document document = 1 }
			reads += Math.max(1, responses.flatMap((response) => valuesOf(response, 1)).length);
		}
	};
	const take = () => {
		const taken = reads;
		reads = 0;
		return taken;
	};
	return { onAnswered, take };
}
