/** https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields */
const MAX_ID_BYTES = 1_500;

/** Characters that can't stand in an id. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const UNFIT = /[%/\u0000-\u001F\u007F]/g;

/**
 * The document id of an app, device or version. What can stand as an id stands as it is, so that the console shows
 * `com.example.shop` and `1.2.3`; what Firestore forbids is percent-encoded: `/`, and the ids `.`, `..` and `__…__`. So
 * are control characters, since the HTTP headers of a trigger's delivery hold the document's path. The percent sign is
 * encoded too, so that no two names share an id.
 *
 * @throws RangeError when the name is empty, is not valid Unicode, or its id would be longer than 1,500 bytes.
 */
export function encodeDocumentId(name: string): string {
	if (name === "") throw new RangeError("A document id can't be empty.");
	if (!name.isWellFormed()) throw new RangeError("A document id must be valid Unicode.");
	const id = escapeReserved(name.replace(UNFIT, encodeURIComponent));
	if (new TextEncoder().encode(id).length > MAX_ID_BYTES) {
		throw new RangeError(`A document id can't be longer than ${MAX_ID_BYTES} bytes.`);
	}
	return id;
}

/** The name that {@link encodeDocumentId} was given. */
export function decodeDocumentId(id: string): string {
	return id.replace(/%(?:[01][\dA-F]|25|2E|2F|5F|7F)/g, decodeURIComponent);
}

function escapeReserved(id: string): string {
	if (id === "." || id === "..") return id.replaceAll(".", "%2E");
	if (/^__.*__$/s.test(id)) return `%5F${id.slice(1)}`;
	return id;
}
