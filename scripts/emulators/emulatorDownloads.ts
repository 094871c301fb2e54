import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/**
 * What firebase-tools fetches the first time that it is needed. It would do so in the middle of a start, and fail there where
 * there is no internet: asked beforehand, the suite says in one line what is missing, and starts without the UI.
 */
export type EmulatorDownload = { name: "firestore" | "ui"; file: string; url: string };

/** What is used here of firebase-tools' own list of downloads. */
type DownloadList = {
	firestore: { remoteUrl: string; downloadPathRelativeToCacheDir: string };
	ui: { main: { remoteUrl: string; binaryPathRelativeToCacheDir: string } };
};

/** Where firebase-tools keeps its downloads. */
export function emulatorCacheFolder(environment: NodeJS.ProcessEnv): string {
	return environment["FIREBASE_EMULATORS_PATH"] ?? path.join(os.homedir(), ".cache", "firebase", "emulators");
}

/**
 * What firebase-tools would fetch, and the file that is there once it has.
 *
 * @param firebaseTools the folder of the firebase-tools
 */
export function emulatorDownload(
	name: EmulatorDownload["name"],
	firebaseTools: string,
	cacheFolder: string,
): EmulatorDownload {
	const listFile = path.join(firebaseTools, "lib/emulator/downloadableEmulatorInfo.json");
	const { firestore, ui }: DownloadList = JSON.parse(readFileSync(listFile, "utf8"));
	const inCache = (file: string) => path.join(cacheFolder, file);
	switch (name) {
		case "firestore":
			return { name, url: firestore.remoteUrl, file: inCache(firestore.downloadPathRelativeToCacheDir) };
		case "ui":
			return { name, url: ui.main.remoteUrl, file: inCache(ui.main.binaryPathRelativeToCacheDir) };
	}
}

export function isCached(download: EmulatorDownload): boolean {
	return existsSync(download.file);
}

/**
 * Whether a download can be tried. Behind a proxy only firebase-tools itself can tell, so that counts as yes.
 *
 * @param timeoutMs after how many milliseconds without an answer the network counts as absent
 */
export async function isReachable(url: string, environment: NodeJS.ProcessEnv, timeoutMs = 5000): Promise<boolean> {
	if (environment["HTTPS_PROXY"] ?? environment["https_proxy"]) return true;
	try {
		const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(timeoutMs) });
		return response.ok;
	} catch {
		return false;
	}
}
