/** A failure that its message explains in full, with what to do next: no stack trace is of help. */
export class SuiteError extends Error {
	override readonly name = "SuiteError";
}
