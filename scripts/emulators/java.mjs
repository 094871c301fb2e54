// Plain JavaScript: install.mjs imports it before anything is installed, on whatever Node the machine has.
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** The Firestore emulator's classes are compiled for this Java release; an older one can't load them. */
export const OLDEST_JAVA = 11;

export const INSTALL_JAVA =
	`Install Java ${OLDEST_JAVA} or later, for example with "apt install default-jre-headless", "brew install openjdk" ` +
	'or from https://adoptium.net, and see that "java -version" works.';

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
