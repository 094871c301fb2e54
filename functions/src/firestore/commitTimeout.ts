/** After these milliseconds nobody waits for a commit any more. */
const COMMIT_TIMEOUT_MS = 10_000;

const COMMIT = "/google.firestore.v1.Firestore/Commit";

/** What a call's transformation reads and changes of it. */
export type GrpcCall = {
	readonly argument: object;
	readonly methodDefinition: { readonly path: string };
	readonly callOptions: object;
};

/**
 * Makes the transformation of gRPC calls that ends each commit in ten seconds, however often it is tried, with
 * DEADLINE_EXCEEDED. Else Firestore's client sends a commit again for ten minutes while the database is unavailable, when
 * its request was answered long ago: during an outage the commits of all refused requests would gather in memory, and
 * all be sent at its end.
 *
 * A batch has no timeout, and the client ignores `clientConfig` for it. But it sends the same request object each time, and
 * hands what stands under `grpc.callInvocationTransformer` in its settings to gRPC. The first attempt that begins after the
 * deadline ends at once, and is the last one: DEADLINE_EXCEEDED is not among the statuses after which a commit is sent
 * again.
 *
 * Source: `@google-cloud/firestore` 9.4, `write-batch.js` and `createCallOptions`; `google-gax` 6, `createStub` and
 * `retries.js`; `@grpc/grpc-js` 1, `CallInvocationTransformer`.
 */
export function limitCommits(now: () => number = Date.now) {
	const deadlines = new WeakMap<object, number>();
	return <Call extends GrpcCall>(call: Call): Call => {
		if (call.methodDefinition.path !== COMMIT) return call;
		const deadline = deadlines.get(call.argument) ?? now() + COMMIT_TIMEOUT_MS;
		deadlines.set(call.argument, deadline);
		return { ...call, callOptions: { ...call.callOptions, deadline } };
	};
}
