import { GRPC_STATUS, hasGrpcStatus } from "./grpcStatus.ts";

/** Milliseconds before each new attempt, at the most: contention ends within a few commits, an outage doesn't. */
const MAX_DELAYS_MS = [50, 200, 800];

/** What retrying needs of the world. */
export type RetryOptions = {
	/** Resolves after so many milliseconds. */
	readonly sleep: (milliseconds: number) => Promise<unknown>;
	/** A number from 0 up to 1, so that instances that met don't meet again. */
	readonly random: () => number;
	/** When aborted, nobody waits for the work any more. */
	readonly signal?: AbortSignal;
};

/**
 * Does work again when Firestore could not do it now: after contention (ABORTED), a lost connection, or a deadline. The
 * outcome of such an attempt may be unknown, so the work must be such that it can be repeated. The client library repeats
 * a commit after UNAVAILABLE and RESOURCE_EXHAUSTED only.
 *
 * Source: https://firebase.google.com/docs/firestore/understand-error-codes
 *
 * @throws what the last attempt threw.
 */
export async function retryTransient<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
	const { sleep, random, signal } = options;
	for (const delay of MAX_DELAYS_MS) {
		try {
			return await work();
		} catch (error) {
			if (signal?.aborted || !isTransient(error)) throw error;
			await sleep(delay * random());
			if (signal?.aborted) throw error;
		}
	}
	return work();
}

function isTransient(error: unknown): boolean {
	return hasGrpcStatus(
		error,
		GRPC_STATUS.aborted,
		GRPC_STATUS.deadlineExceeded,
		GRPC_STATUS.internal,
		GRPC_STATUS.unavailable,
	);
}
