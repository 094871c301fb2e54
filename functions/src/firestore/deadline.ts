/**
 * Bounds the time that a caller waits for Firestore: its client tries again for up to ten minutes while the database is
 * unavailable, and has no setting for that. The work itself goes on and may succeed after all, so it must be such that it
 * can be repeated.
 *
 * Source: `@google-cloud/firestore-api`, `firestore_client_config.json`.
 *
 * @throws Error when the work takes longer than so many milliseconds; else what the work throws.
 */
export async function withinDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
	const { promise: deadline, reject } = Promise.withResolvers<never>();
	const timer = setTimeout(() => reject(new Error(`Firestore did not answer in ${milliseconds} ms.`)), milliseconds);
	try {
		return await Promise.race([work, deadline]);
	} finally {
		clearTimeout(timer);
	}
}
