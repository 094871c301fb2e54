import type { AnsweredCall } from "../scripts/emulators/firestoreProxy.ts";
import { valuesOf } from "../scripts/emulators/protobuf.ts";

/** Events of a device that its daily cap counts are some thousand at the most: a read for each thousand. */
const READS_OF_A_COUNT = 2;

/**
 * Adds up the operations that Firestore bills: https://firebase.google.com/docs/firestore/pricing. A write is one document of
 * a commit that was not refused; a read is one document that was asked for by its name, whether it exists or not.
 */
export class BilledOperations {
	reads = 0;
	writes = 0;

	reset(): void {
		this.reads = 0;
		this.writes = 0;
	}

	/** @throws Error for a method of which it is not known here what it costs. */
	add({ method, status, requests, responses }: AnsweredCall): void {
		switch (method) {
			case "Commit":
				// CommitRequest { repeated Write writes = 2 }
				if (status === 0) this.writes += sum(requests.map((request) => valuesOf(request, 2).length));
				return;
			case "BatchGetDocuments":
				// BatchGetDocumentsResponse { oneof { Document found = 1; string missing = 2 } }
				this.reads += sum(responses.map((response) => valuesOf(response, 1).length + valuesOf(response, 2).length));
				return;
			case "RunAggregationQuery":
				this.reads += READS_OF_A_COUNT;
				return;
			case "BeginTransaction":
			case "Rollback":
				return;
			default:
				throw new Error(`It is not known here what a call of ${method} costs.`);
		}
	}
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
