/** https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields */
const MAX_ID_BYTES = 1_500;

/** Characters that can't stand in an id. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const UNFIT = /[%/\u0000-\u001F\u007F]/g;

/**
 * The document id of an app, device or version. What can stand as an id stands as it is, so that the console shows
 * `com.example.shop` and `1.2.3`; what Firestore forbids is percent-encoded: `/`, and the ids `.`, `..` and `__…__`. So
 * are control characters, since the HTTP headers of a trigger's delivery hold the document's path, and names that every
 * object has, such as `constructor`: where one is a map's key, Firestore's client can't update that map by paths, since it
 * takes what it finds in an empty object for a value of its own. The percent sign is encoded too, so that no two names
 * share an id.
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
	return id.replace(/%[0-7][\dA-F]/g, decodeURIComponent);
}

function escapeReserved(id: string): string {
	if (id === "." || id === "..") return id.replaceAll(".", "%2E");
	return /^__.*__$/s.test(id) || id in Object.prototype ? `%${hexCodeOf(id)}${id.slice(1)}` : id;
}

/** The code of an id's first character, which is one of ASCII. */
function hexCodeOf(id: string): string {
	return id.charCodeAt(0).toString(16).toUpperCase();
}
