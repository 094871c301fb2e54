import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { ExplainedError } from "../cli/explainedError.ts";
import { ROOT } from "../cli/steps.ts";
import {
	type EmulatorDownload,
	emulatorCacheFolder,
	emulatorDownload,
	isCached,
	isReachable,
} from "./emulatorDownloads.ts";
import { findEmulatorJar, JAR_VARIABLE } from "./emulatorJar.ts";
import { runFirebaseCli } from "./firebaseCli.ts";
import { installJava, javaRelease, oldestJava } from "./java.mjs";

export type UiAvailability = { on: true } | { off: string };

const CACHE = path.join(ROOT, ".cache");

/**
 * @param firebaseTools the folder of the firebase-tools whose emulators are to run
 * @returns the encoding in which Java reads the names of files, where it tells
 * @throws ExplainedError when there is no Java, or one that is too old
 */
export async function checkJava(firebaseTools: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
	const { version } = JSON.parse(await readFile(path.join(firebaseTools, "package.json"), "utf8"));
	const oldest = oldestJava(version);
	const output = await javaVersion(environment, oldest);
	const release = javaRelease(output);
	if (release !== undefined && release < oldest) {
		throw new ExplainedError(
			`Java ${release} is too old for the emulators of firebase-tools ${version}. ${installJava(oldest)}`,
		);
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

async function javaVersion(environment: NodeJS.ProcessEnv, oldest: number): Promise<string> {
	try {
		const { stdout, stderr } = await promisify(execFile)("java", ["-XshowSettings:properties", "-version"], {
			env: environment,
		});
		return stdout + stderr;
	} catch {
		throw new ExplainedError(`The Firestore emulator needs Java, and there is none. ${installJava(oldest)}`);
	}
}

/**
 * Sees to it that there is a Firestore emulator, downloaded by firebase-tools where nothing else is there.
 *
 * @returns the variable that names it to firebase-tools; nothing where firebase-tools has its own
 * @throws ExplainedError when there is none and none can be downloaded
 */
export async function provideEmulatorJar(
	firebaseTools: string,
	environment: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
	const fetched = emulatorDownload("firestore", firebaseTools, emulatorCacheFolder(environment));
	const jar = await findEmulatorJar(environment, fetched.file, CACHE);
	if (jar.source !== "download") return { [JAR_VARIABLE]: jar.path };
	if (!(await download(fetched, firebaseTools, environment))) {
		throw new ExplainedError(
			"The Firestore emulator is not on this machine and can't be downloaded. Connect to the internet, or install " +
				`the packages google-cloud-cli and google-cloud-cli-firestore-emulator, or set ${JAR_VARIABLE} to its jar.`,
		);
	}
	return {};
}

/** Whether the Emulator UI can run: from the cache of firebase-tools, or downloaded now. */
export async function provideUi(firebaseTools: string, environment: NodeJS.ProcessEnv): Promise<UiAvailability> {
	const ui = emulatorDownload("ui", firebaseTools, emulatorCacheFolder(environment));
	return isCached(ui) || (await download(ui, firebaseTools, environment))
		? { on: true }
		: { off: "it is not on this machine and can't be downloaded" };
}

async function download(
	{ name, url }: EmulatorDownload,
	firebaseTools: string,
	environment: NodeJS.ProcessEnv,
): Promise<boolean> {
	if (!(await isReachable(url, environment))) return false;
	await mkdir(CACHE, { recursive: true });
	const cli = runFirebaseCli(firebaseTools, CACHE, [`setup:emulators:${name}`], environment);
	return (await cli.ended) === 0;
}
