import { UNKNOWN_VERSION } from "../../functions/src/events/bundleVersion.ts";
import type { SimulatedAction } from "./evidence.ts";
import type { Happening } from "./happening.ts";
import type { Life } from "./life.ts";
import type { FaultKind } from "./releases.ts";

/**
 * What a device reports while it downloads a bundle, in the order of its plugin's code, whichever bundle that names.
 * Returns whether the bundle is ready to be installed.
 *
 * Source: `DownloadService.java`, `CapgoUpdater.java` and `CapacitorUpdaterPlugin.java`, `CapgoUpdater.swift` and
 * `CapacitorUpdaterPlugin.swift` of `@capgo/capacitor-updater` 8.51.23, 7.36.1, 6.14.26, 5.6.13 and 4.6.2.
 */
export function* download(life: Life, version: string, fault: FaultKind | undefined): Generator<Happening, boolean> {
	const { plugin } = life.device;
	const failure = isTold(fault, version, life) ? fault : undefined;
	const isByFile =
		plugin.sendsDownloadKind && (isOfFile(failure) || (!isOfArchive(failure) && life.random.chance(0.7)));
	switch (plugin.downloads) {
		case "service":
			yield* downloadByService(life, version, isByFile, failure);
			break;
		case "ios":
			yield* downloadOnIos(life, version, isByFile, failure);
			break;
		case "classic":
			yield* downloadClassically(life, version, failure);
			break;
		case "silent":
		case "electron":
			break;
	}
	if (failure !== undefined) life.remember(version, failure);
	return failure === undefined;
}

type DownloadFault = Exclude<FaultKind, "install" | "rollback" | "crash">;

/**
 * Whether a fault shows. What a plugin doesn't report can't; and a failure that names the running bundle is told apart by
 * what else is under way: where that would leave it unclear, it doesn't happen here, so that it is always known what the
 * counters should say.
 */
function isTold(fault: FaultKind | undefined, version: string, life: Life): fault is DownloadFault {
	const { plugin } = life.device;
	const isClear = life.underWay === 0;
	switch (fault) {
		case "download":
			if (plugin.downloads === "service") return true;
			return plugin.downloads === "ios" && isClear;
		case "file":
		case "file_checksum":
			return plugin.sendsDownloadKind && (plugin.downloads === "service" || isClear);
		case "disk":
			return plugin.downloads === "service" || (plugin.downloads === "ios" && isClear);
		case "unzip":
			// Android names the new bundle at the end, iOS at the begin only.
			if (plugin.downloads === "service") return isClear;
			return plugin.downloads === "ios" && isClear && !life.hasMet(version);
		case "checksum":
			return plugin.downloads !== "silent" && isClear;
		case undefined:
		case "install":
		case "rollback":
		case "crash":
			return false;
	}
}

function isOfFile(fault: FaultKind | undefined): boolean {
	return fault === "file" || fault === "file_checksum";
}

function isOfArchive(fault: FaultKind | undefined): boolean {
	return fault === "checksum" || fault === "unzip";
}

/** Android's service names the bundle that runs where the bundle could not be verified or unpacked, until the end. */
function* downloadByService(life: Life, version: string, isByFile: boolean, failure: DownloadFault | undefined) {
	const { running, device } = life;
	const isOfService = device.plugin.sends === "arrays";
	const kind = isByFile ? "manifest" : "zip";
	const told = device.plugin.sendsDownloadKind;
	if (told) yield life.happen(`download_${kind}_start`, version, { isOfService });

	const isCut = failure !== undefined && !isOfArchive(failure);
	yield* steps(life, version, isCut ? [10, 20, 30] : [10, 20, 30, 40, 50, 60, 70]);
	life.pass(300, 900);
	if (isCut) {
		yield* failByService(life, version, failure, isOfService);
		return;
	}
	if (told) yield life.happen(`download_${kind}_complete`, version, { isOfService });
	life.pass(600, 900);
	if (failure !== undefined) {
		yield life.happen(failure === "checksum" ? "checksum_fail" : "unzip_fail", running, { about: version });
		if (failure === "checksum") yield life.happen("delete", version);
		// The same failure once more: the bundle was downloaded.
		yield life.happen("download_fail", running, { about: null });
		yield life.happen("finish_download_fail", version);
		return;
	}
	yield* steps(life, version, isByFile ? [90] : [80, 90]);
	yield* complete(life, version);
}

function* failByService(life: Life, version: string, failure: DownloadFault, isOfService: boolean) {
	if (failure === "file") {
		yield life.happen("download_manifest_file_fail", version, { file: "assets/main.js", isOfService });
	}
	if (failure === "file_checksum") {
		yield life.happen("download_manifest_checksum_fail", version, { file: "assets/logo:dark.svg", isOfService });
	}
	if (failure === "disk") yield life.happen("insufficient_disk_space", version);
	yield life.happen("download_fail", version);
}

/** iOS names the bundle that runs where the new one could not be downloaded or unpacked, or storage was too full for it. */
function* downloadOnIos(life: Life, version: string, isByFile: boolean, failure: DownloadFault | undefined) {
	const { running, device } = life;
	const kind = isByFile ? "manifest" : "zip";
	const told = device.plugin.sendsDownloadKind;
	if (failure === "disk") {
		// Before it says what it downloads: nothing tells which bundle it is.
		yield life.happen("insufficient_disk_space", running, { about: UNKNOWN_VERSION });
		yield life.happen("download_fail", running, { about: null });
		return;
	}
	if (told) yield life.happen(`download_${kind}_start`, version);
	yield* stepsAnew(life, version, [0]);
	if (isByFile)
		yield* stepsAnew(life, version, failure === undefined ? [10, 20, 20, 30, 40, 50, 60, 60, 70] : [10, 20, 30]);
	else if (failure !== "download") yield* stepsAnew(life, version, [70]);
	life.pass(300, 900);
	switch (failure) {
		case "download":
		case "file":
			if (failure === "file") yield life.happen("download_manifest_file_fail", version, { file: "assets/main.js" });
			yield life.happen("download_fail", running, { about: version });
			return;
		case "file_checksum":
			yield life.happen("download_manifest_checksum_fail", version, { file: "assets/logo:dark.svg" });
			yield life.happen("download_fail", running, { about: null });
			return;
		case "unzip":
			yield life.happen("unzip_fail", running, { about: version });
			yield life.happen("download_fail", running, { about: null });
			return;
		case "checksum":
		case undefined:
			break;
	}
	if (!isByFile) yield* stepsAnew(life, version, [80, 90]);
	if (told) yield life.happen(`download_${kind}_complete`, version);
	if (failure === undefined) {
		yield* complete(life, version);
		return;
	}
	yield life.happen("download_complete", version);
	life.pass(300, 900);
	yield life.happen("checksum_fail", version);
	yield life.happen("delete", version);
	yield life.happen("download_fail", running, { about: null });
}

/** Plugins 4 and 5 verify what they reported as complete, so that on Android nothing tells which bundle failed. */
function* downloadClassically(life: Life, version: string, failure: DownloadFault | undefined) {
	const { running, device } = life;
	yield* stepsAnew(life, version, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
	life.pass(300, 900);
	yield life.happen("download_complete", version);
	if (failure === undefined) return;
	const isNamed = device.plugin.platform === "ios";
	yield life.happen("checksum_fail", isNamed ? version : running, { about: isNamed ? version : UNKNOWN_VERSION });
	yield life.happen("delete", version);
	yield life.happen("download_fail", running, { about: null });
}

function* complete(life: Life, version: string): Generator<Happening> {
	life.pass(250, 500);
	yield life.happen("download_complete", version);
	if (life.device.plugin.sends === "arrays") yield life.happen("set_next", version, { oldVersion: life.running });
}

/** Steps of which a process reports each once only, whatever it downloads. */
function* steps(life: Life, version: string, percents: readonly Percent[]): Generator<Happening> {
	const fresh = percents.filter((percent) => percent > life.reportedPercent);
	yield* stepsAnew(life, version, fresh);
	life.reportedPercent = Math.max(life.reportedPercent, ...percents);
}

type Percent = 0 | 10 | 20 | 30 | 40 | 50 | 60 | 70 | 80 | 90;

/** On a fast network most steps are over before they are noticed. */
function* stepsAnew(life: Life, version: string, percents: readonly Percent[]): Generator<Happening> {
	const { random, device } = life;
	for (const percent of percents) {
		if (device.isOnFastNetwork && !LANDMARKS.includes(percent) && random.chance(0.6)) continue;
		life.pass(device.isOnFastNetwork ? 220 : 400, device.isOnFastNetwork ? 450 : 1_800);
		const action: SimulatedAction = `download_${percent}`;
		yield life.happen(action, version);
	}
}

/** Steps that are reported however fast it goes. */
const LANDMARKS: readonly Percent[] = [0, 70, 80, 90];
