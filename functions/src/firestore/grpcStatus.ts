/** The gRPC status codes by which Firestore says why it refused: https://grpc.io/docs/guides/status-codes/ */
export const GRPC_STATUS = {
	invalidArgument: 3,
	deadlineExceeded: 4,
	notFound: 5,
	alreadyExists: 6,
	failedPrecondition: 9,
	aborted: 10,
	internal: 13,
	unavailable: 14,
} as const;

/** Whether an error of the Firestore client carries one of these gRPC status codes. */
export function hasGrpcStatus(error: unknown, ...codes: readonly number[]): boolean {
	return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}

/** Whether a commit was refused because a document is not, or no longer, as the commit expected it. */
export function isRefused(error: unknown): boolean {
	return hasGrpcStatus(error, GRPC_STATUS.failedPrecondition, GRPC_STATUS.notFound, GRPC_STATUS.alreadyExists);
}
