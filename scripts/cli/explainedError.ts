/** A failure that its message explains in full, with what to do next: no stack trace would help. */
export class ExplainedError extends Error {
	override readonly name = "ExplainedError";
}

/** The exit code of a command that was asked to end before its time, as shells have it for Ctrl-C. */
export const INTERRUPTED = 130;

/**
 * Does a command's work and returns the exit code that it gives. Of an explained failure it prints the message and
 * returns 1. After an interruption whatever fails is its consequence: nothing is printed.
 */
export async function explainFailure(work: () => Promise<number>, interruption?: AbortSignal): Promise<number> {
	try {
		return await work();
	} catch (error) {
		if (interruption?.aborted) return INTERRUPTED;
		if (error instanceof ExplainedError) {
			console.error(error.message);
			return 1;
		}
		throw error;
	}
}
