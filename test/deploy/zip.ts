import { inflateRawSync } from "node:zlib";

const CENTRAL_ENTRY = 0x02014b50;
const STORED = 0;

/** The files of a zip, by their paths: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 */
export function unzip(zip: Buffer): Map<string, Buffer> {
	const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
	const files = new Map<string, Buffer>();
	let at = zip.readUInt32LE(end + 16);
	while (zip.readUInt32LE(at) === CENTRAL_ENTRY) {
		const method = zip.readUInt16LE(at + 10);
		const size = zip.readUInt32LE(at + 20);
		const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
		const header = zip.readUInt32LE(at + 42);
		const name = zip.toString("utf8", at + 46, at + 46 + (nameLength ?? 0));
		const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
		const content = zip.subarray(start, start + size);
		files.set(name, method === STORED ? content : inflateRawSync(content));
		at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
	}
	return files;
}
