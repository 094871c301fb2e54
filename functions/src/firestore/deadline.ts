/** Work took longer than somebody could wait. */
export class DeadlineExceeded extends Error {}

/**
 * Bounds the time that a caller waits for work that may wait for Firestore. What was sent already may succeed after all, so
 * the work must be such that it can be repeated.
 *
 * @param work Gets a signal that is aborted at the deadline, so that nothing more is begun.
 * @throws DeadlineExceeded when the work takes longer than so many milliseconds; else what the work throws.
 */
export async function withinDeadline<T>(work: (signal: AbortSignal) => Promise<T>, milliseconds: number): Promise<T> {
	const { promise: deadline, reject } = Promise.withResolvers<never>();
	const controller = new AbortController();
	const timer = setTimeout(() => {
		const exceeded = new DeadlineExceeded(`Firestore did not answer in ${milliseconds} ms.`);
		reject(exceeded);
		controller.abort(exceeded);
	}, milliseconds);
	try {
		return await Promise.race([work(controller.signal), deadline]);
	} finally {
		clearTimeout(timer);
	}
}
