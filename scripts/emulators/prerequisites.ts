import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ExplainedError } from "../cli/explainedError.ts";
import {
	type EmulatorDownload,
	emulatorCacheFolder,
	emulatorDownload,
	isCached,
	isReachable,
} from "./emulatorDownloads.ts";
import { findEmulatorJar, JAR_VARIABLE } from "./emulatorJar.ts";
import { runFirebaseCli } from "./firebaseCli.ts";
import { INSTALL_JAVA, javaRelease, OLDEST_JAVA } from "./java.mjs";

export type UiAvailability = { on: true } | { off: string };

/**
 * @returns the encoding in which Java reads the names of files, where it tells
 * @throws ExplainedError when there is no Java, or one that is too old for the Firestore emulator
 */
export async function checkJava(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
	const output = await javaVersion(environment);
	const release = javaRelease(output);
	if (release !== undefined && release < OLDEST_JAVA) {
		throw new ExplainedError(`Java ${release} is too old for the Firestore emulator. ${INSTALL_JAVA}`);
	}
	return /sun\.jnu\.encoding = (\S+)/.exec(output)?.[1];
}

/**
 * In a locale without an encoding Java takes names for ASCII, and finds no file with another letter in its path.
 *
 * @throws ExplainedError that names such a path
 */
export function checkPaths(paths: readonly string[], encoding: string | undefined): void {
	if (encoding !== "ANSI_X3.4-1968" && encoding !== "US-ASCII") return;
	const unreadable = paths.find((file) => /[^ -~]/.test(file));
	if (unreadable === undefined) return;
	throw new ExplainedError(
		`Java can't read ${unreadable} in this locale, which knows ASCII only. Set LC_ALL=C.UTF-8 or another locale of UTF-8 ` +
			"that is installed, or move it to a path of English letters.",
	);
}

async function javaVersion(environment: NodeJS.ProcessEnv): Promise<string> {
	try {
		const { stdout, stderr } = await promisify(execFile)("java", ["-XshowSettings:properties", "-version"], {
			env: environment,
		});
		return stdout + stderr;
	} catch {
		throw new ExplainedError(`The Firestore emulator needs Java, and there is none. ${INSTALL_JAVA}`);
	}
}

/**
 * Sees to it that there is a Firestore emulator, downloaded by firebase-tools where nothing else is there.
 *
 * @returns the variable that names it to firebase-tools; nothing where firebase-tools has its own
 * @throws ExplainedError when there is none and none can be downloaded
 */
export async function provideEmulatorJar(root: string, environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
	const cacheFolder = emulatorCacheFolder(environment);
	const jar = await findEmulatorJar(environment, cacheFolder, path.join(root, ".cache"));
	if (jar.source !== "download") return { [JAR_VARIABLE]: jar.path };
	if (!(await download(emulatorDownload("firestore", root, cacheFolder), root, environment))) {
		throw new ExplainedError(
			"The Firestore emulator is not on this machine and can't be downloaded. Connect to the internet, or install " +
				`the packages google-cloud-cli and google-cloud-cli-firestore-emulator, or set ${JAR_VARIABLE} to its jar.`,
		);
	}
	return {};
}

/** Whether the Emulator UI can run: from the cache of firebase-tools, or downloaded now. */
export async function provideUi(root: string, environment: NodeJS.ProcessEnv): Promise<UiAvailability> {
	const ui = emulatorDownload("ui", root, emulatorCacheFolder(environment));
	return isCached(ui) || (await download(ui, root, environment))
		? { on: true }
		: { off: "it is not on this machine and can't be downloaded" };
}

async function download(
	{ name, url }: EmulatorDownload,
	root: string,
	environment: NodeJS.ProcessEnv,
): Promise<boolean> {
	if (!(await isReachable(url, environment))) return false;
	const folder = path.join(root, ".cache");
	await mkdir(folder, { recursive: true });
	const cli = runFirebaseCli(root, folder, [`setup:emulators:${name}`], environment);
	return (await cli.ended) === 0;
}
