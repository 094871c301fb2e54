/**
 * A message of the Firestore client up to the first name or path of a document. It tells which document was missing or in
 * the way, and a device's document is named by the device's id, which may hold spaces and anything else.
 */
export function withoutDocumentNames(message: string): string {
	return message.replace(/\b(?:projects|apps)\/.*/s, "(a document)");
}
