import { pathToFileURL } from "node:url";
import { crc32 } from "node:zlib";

// The jar of the Cloud CLI names no main class, so `java -jar` refuses it. This is the class that the Cloud CLI starts.
const MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";

const MANIFEST_LINE_BYTES = 72;

/**
 * A jar that holds nothing but a manifest: `java -jar` on it starts the emulator of another jar. firebase-tools starts a jar
 * in no other way. The `jar` command comes with a JDK only, and a library for zip archives would be larger than what one
 * stored file takes.
 *
 * @param emulatorJar the absolute path of the Cloud CLI's `cloud-firestore-emulator.jar`
 */
export function launcherJar(emulatorJar: string): Buffer {
	const manifest = [
		"Manifest-Version: 1.0",
		`Main-Class: ${MAIN_CLASS}`,
		`Class-Path: ${pathToFileURL(emulatorJar).href}`,
	].flatMap(manifestLines);
	return zipOfOneFile("META-INF/MANIFEST.MF", Buffer.from(`${manifest.join("\r\n")}\r\n\r\n`));
}

/**
 * Splits one attribute into lines of at most 72 bytes, each but the first beginning with a space, as the JAR File
 * Specification asks ("Notes on Manifest and Signature Files").
 *
 * @param attribute ASCII text, `Name: value`
 */
export function manifestLines(attribute: string): string[] {
	const lines = [attribute.slice(0, MANIFEST_LINE_BYTES)];
	for (let at = MANIFEST_LINE_BYTES; at < attribute.length; at += MANIFEST_LINE_BYTES - 1) {
		lines.push(` ${attribute.slice(at, at + MANIFEST_LINE_BYTES - 1)}`);
	}
	return lines;
}

/** A zip archive of one file, stored without compression (PKWARE APPNOTE.TXT, 4.3.7, 4.3.12 and 4.3.16). */
function zipOfOneFile(name: string, content: Buffer): Buffer {
	const nameBytes = Buffer.from(name);
	const description = fileDescription(nameBytes, content);
	const localHeader = Buffer.concat([bytes([4, 0x04034b50]), description, nameBytes]);
	const directoryEntry = Buffer.concat([
		bytes([4, 0x02014b50], [2, ZIP_VERSION]),
		description,
		// No comment, disk 0, no attributes, and the local header is at the archive's start.
		bytes([2, 0], [2, 0], [2, 0], [4, 0], [4, 0]),
		nameBytes,
	]);
	const directoryEnd = bytes(
		[4, 0x06054b50],
		[2, 0],
		[2, 0],
		[2, 1],
		[2, 1],
		[4, directoryEntry.length],
		[4, localHeader.length + content.length],
		[2, 0],
	);
	return Buffer.concat([localHeader, content, directoryEntry, directoryEnd]);
}

const ZIP_VERSION = 20;

// 1 January 1980, the first day that a zip can hold: the same input gives the same bytes.
const ZIP_DATE = 0x21;

/** What the local header and the directory entry say of a stored file, word for word the same. */
function fileDescription(name: Buffer, content: Buffer): Buffer {
	return bytes(
		[2, ZIP_VERSION],
		[2, 0],
		[2, 0],
		[2, 0],
		[2, ZIP_DATE],
		[4, crc32(content)],
		[4, content.length],
		[4, content.length],
		[2, name.length],
		[2, 0],
	);
}

/** Unsigned little-endian integers, each given as its width in bytes and its value. */
function bytes(...integers: [width: 2 | 4, value: number][]): Buffer {
	return Buffer.concat(
		integers.map(([width, value]) => {
			const buffer = Buffer.alloc(width);
			buffer.writeUIntLE(value, 0, width);
			return buffer;
		}),
	);
}
