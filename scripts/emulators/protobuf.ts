/** A field of an encoded message that holds text, bytes or another message. */
export type EncodedField = { readonly number: number; readonly bytes: Buffer };

/**
 * The fields of an encoded message that hold text, bytes or another message, in their order. The messages of Firestore's API
 * are read by their fields' numbers: https://github.com/googleapis/googleapis/tree/master/google/firestore/v1
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export function encodedFields(message: Buffer): readonly EncodedField[] {
	const fields: EncodedField[] = [];
	for (let at = 0; at < message.length; ) {
		const tag = readVarint(message, at);
		const start = tag.end;
		switch (tag.value & 7) {
			case 0:
				at = readVarint(message, start).end;
				break;
			case 1:
				at = start + 8;
				break;
			case 2: {
				const length = readVarint(message, start);
				at = length.end + length.value;
				fields.push({ number: tag.value >> 3, bytes: message.subarray(length.end, at) });
				break;
			}
			case 5:
				at = start + 4;
				break;
			default:
				throw new Error(`A message holds a field of the unknown wire type ${tag.value & 7}.`);
		}
	}
	return fields;
}

/** What the fields of one number hold. */
export function valuesOf(message: Buffer, number: number): readonly Buffer[] {
	return encodedFields(message)
		.filter((field) => field.number === number)
		.map(({ bytes }) => bytes);
}

/** Of a larger integer than 32 bits only the end matters here. */
function readVarint(message: Buffer, start: number): { readonly value: number; readonly end: number } {
	let value = 0;
	for (let at = start; ; at += 1) {
		const byte = message[at] ?? 0;
		value += (byte & 0x7f) * 2 ** (7 * (at - start));
		if (byte < 0x80) return { value, end: at + 1 };
	}
}
