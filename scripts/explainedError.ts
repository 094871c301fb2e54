/** A failure that its message explains in full, with what to do next: no stack trace would help. */
export class ExplainedError extends Error {
	override readonly name = "ExplainedError";
}

/**
 * Does a command's work and returns its exit code: the one that the work gives, or 0. Of an explained failure it prints
 * the message and returns 1.
 */
export async function explainFailure(work: () => Promise<number | void>): Promise<number> {
	try {
		return (await work()) ?? 0;
	} catch (error) {
		if (error instanceof ExplainedError) {
			console.error(error.message);
			return 1;
		}
		throw error;
	}
}
