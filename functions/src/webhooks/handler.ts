import type { DocumentReference } from "@google-cloud/firestore";
import type { Logs } from "../logs.ts";
import { NotSentError } from "./sendAlert.ts";

/** What the handler needs of the world. */
export type SendContext = {
	/** Resolves once nothing is left to send; rejects when the alert must be delivered again. */
	readonly send: (alert: DocumentReference) => Promise<void>;
	readonly logs: Logs;
};

/** Makes the handler of a created alert. It rejects when the alert must be delivered again, after a longer pause each time. */
export function createSendHandler({ send, logs }: SendContext) {
	return async (alert: DocumentReference): Promise<void> => {
		try {
			await send(alert);
		} catch (error) {
			// Of a webhook that failed each attempt is logged.
			if (!(error instanceof NotSentError)) logs.sendingFailed(error);
			throw error;
		}
	};
}
