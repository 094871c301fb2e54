// Plain JavaScript: install.mjs imports it before anything is installed, on whatever Node the machine has.
import { accessSync, constants } from "node:fs";
import path from "node:path";

/**
 * The oldest Java with which the emulators of a firebase-tools run: 15 refuses every older one by itself, and before that
 * it is what the Firestore emulator's classes are compiled for.
 *
 * @param {string} version of firebase-tools, or the range of versions that a package.json names
 */
export function oldestJava(version) {
	return Number(/\d+/.exec(version)?.[0]) < 15 ? 11 : 21;
}

/**
 * How to come by a Java that is new enough.
 *
 * @param {number} oldest
 */
export function installJava(oldest) {
	return (
		`Install Java ${oldest} or later, for example from https://adoptium.net, with "brew install openjdk" or, where that is ` +
		`new enough, "apt install default-jre-headless", and see that "java -version" prints ${oldest} or later.`
	);
}

/**
 * Where the `java` command is.
 *
 * @param {string} searchPath the value of PATH
 * @param {NodeJS.Platform} platform
 * @returns {string | undefined} the file, or undefined where no folder of the path has one
 */
export function findJava(searchPath, platform) {
	const command = platform === "win32" ? "java.exe" : "java";
	return searchPath
		.split(path.delimiter)
		.filter((folder) => folder !== "")
		.map((folder) => path.join(folder, command))
		.find(isExecutable);
}

/**
 * The major release in the output of `java -version`. Releases before 9 call themselves 1.8, 1.7, …
 *
 * @param {string} output
 * @returns {number | undefined}
 */
export function javaRelease(output) {
	const match = /version "(?:1\.)?(\d+)/.exec(output);
	return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** @param {string} file */
function isExecutable(file) {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
