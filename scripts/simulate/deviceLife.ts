import type { ACTIONS } from "../../functions/src/events/actions.ts";
import { isPluginNoise } from "../../functions/src/events/pluginNoise.ts";
import type { Device } from "./device.ts";
import type { Random } from "./random.ts";
import { BUILTIN, RELEASES, type Release } from "./releases.ts";

/** One thing that happened on a device, before a plugin puts it into words. */
export type Happening = {
	/** Milliseconds since the epoch. No two of a device have the same. */
	readonly at: number;
	readonly action: keyof typeof ACTIONS;
	/** The bundle that it is about; `""` where Electron names none. */
	readonly version: string;
	/** The bundle that ran before. */
	readonly oldVersion?: string;
	/** The file of the bundle that it is about. */
	readonly file?: string;
	readonly metadata?: Readonly<Record<string, string>>;
	readonly bundleId?: string;
	readonly message?: string;
};

/** From when to when the simulation runs, in milliseconds since the epoch. */
export type Period = { readonly from: number; readonly to: number };

/** A session, its download included, ends within this time. */
const LONGEST_SESSION_MS = 15 * 60 * 1_000;

/** What a device goes through in the period, in order: sessions of the app, and in them the updates that it finds. */
export function* liveOn(device: Device, period: Period, random: Random): Generator<Happening> {
	const life = new Life(device, random);
	for (const openedAt of sessionStarts(period, random)) {
		life.at = openedAt;
		const release = newestRelease(openedAt, period);
		const update = release && life.wants(release) ? release : undefined;
		yield* device.plugin.platform === "electron" ? electronSession(life, update) : mobileSession(life, update);
	}
}

/** The device while it lives. */
class Life {
	readonly device: Device;
	readonly random: Random;
	/** The device's clock. */
	at = 0;
	/** The bundle that the device runs. */
	running = BUILTIN;
	readonly #broken = new Set<string>();

	constructor(device: Device, random: Random) {
		this.device = device;
		this.random = random;
	}

	wants(release: Release): boolean {
		return release.version !== this.running && !this.#broken.has(release.version);
	}

	returnTo(version: string): void {
		this.#broken.add(this.running);
		this.running = version;
	}

	pass(leastMs: number, mostMs: number): void {
		this.at += this.random.integer(leastMs, mostMs);
	}

	happen(action: Happening["action"], version: string, details: Partial<Happening> = {}): Happening {
		this.pass(5, 60);
		return { at: this.at, action, version, ...details };
	}
}

/** Each session has its own part of the period, so that none begins before another ends. */
function sessionStarts({ from, to }: Period, random: Random): readonly number[] {
	const count = random.integer(2, 4);
	const part = (to - from) / count;
	return Array.from({ length: count }, (_, index) =>
		Math.floor(from + part * index + random.unit() * (part - LONGEST_SESSION_MS)),
	);
}

function newestRelease(at: number, { from, to }: Period): Release | undefined {
	return RELEASES.findLast(({ publishedAt }) => from + (to - from) * publishedAt <= at);
}

function* mobileSession(life: Life, update: Release | undefined): Generator<Happening> {
	const { random, device } = life;
	const openedAt = life.at;
	yield life.happen("app_moved_to_foreground", life.running);
	if (device.plugin.sends === "arrays") yield* reportLaunch(life, openedAt);
	if (device.plugin.sends === "arrays" && random.chance(0.04)) yield reportHealth(life);
	if (random.chance(0.02)) yield life.happen("setChannel", life.running);
	const isDownloaded = update ? yield* download(life, update) : false;
	if (!update && reportsNoUpdateAsFailure(device) && random.chance(0.5)) {
		yield life.happen("download_fail", life.running);
	}
	life.pass(5_000, 300_000);
	yield life.happen("app_moved_to_background", life.running);
	if (update && isDownloaded) yield* install(life, update);
	// An app may set the bundle that it runs: that replaces nothing.
	else if (random.chance(0.02)) yield life.happen("set", life.running, { oldVersion: life.running });
}

function reportsNoUpdateAsFailure({ plugin }: Device): boolean {
	return isPluginNoise({ action: "download_fail", plugin_version: plugin.version });
}

function* reportLaunch(life: Life, openedAt: number): Generator<Happening> {
	const launch = { launch_started_at: String(openedAt) };
	yield life.happen("app_launch_start", life.running, { metadata: { ...launch, source: "plugin_load" } });
	life.pass(200, 700);
	const metadata = { ...launch, source: "notify_app_ready", duration_ms: String(life.at - openedAt) };
	yield life.happen("app_launch_ready", life.running, { metadata });
}

const HEALTH_REPORTS = [
	{
		action: "webview_javascript_error",
		metadata: { error_type: "javascript_error", message: "undefined is not an object", line: "42", column: "7" },
	},
	{ action: "webview_unhandled_rejection", metadata: { error_type: "unhandled_rejection", message: "Load failed" } },
	{ action: "app_crash", metadata: { exit_reason: "crash", exit_reason_code: "4" } },
	{ action: "app_anr", metadata: { exit_reason: "anr", exit_reason_code: "6" } },
	{ action: "app_memory_warning", metadata: { source: "memory_warning" } },
] as const;

function reportHealth(life: Life): Happening {
	const { action, metadata } = life.random.pick(HEALTH_REPORTS);
	return life.happen(action, life.running, { metadata });
}

const PROGRESS = [
	"download_10",
	"download_20",
	"download_30",
	"download_40",
	"download_50",
	"download_60",
	"download_70",
	"download_80",
	"download_90",
] as const;

/** How often a download fails, and with what. The file is the one that could not be had. */
const DOWNLOAD_FAILURES: readonly DownloadFailure[] = [
	{ share: 94, details: {} },
	{ share: 2, action: "download_fail", details: {} },
	{ share: 1.5, action: "download_manifest_file_fail", details: { file: "assets/main.js" } },
	{ share: 0.5, action: "download_manifest_checksum_fail", details: { file: "assets/logo:dark.svg" } },
	{ share: 0.8, action: "checksum_fail", details: {} },
	{
		share: 0.6,
		action: "decrypt_fail",
		details: { metadata: { reason: "session key does not match", key_id: "MIIB" } },
	},
	{ share: 0.3, action: "unzip_fail", details: {} },
	{ share: 0.3, action: "insufficient_disk_space", details: {} },
];

type DownloadFailure = {
	readonly share: number;
	readonly action?: Happening["action"];
	readonly details: Partial<Happening>;
};

/** Returns whether the bundle is ready to be installed. */
function* download(life: Life, { version }: Release): Generator<Happening, boolean> {
	const { random, device } = life;
	const isByFile = random.chance(0.7);
	const failure = random.pickByShare(DOWNLOAD_FAILURES);

	if (device.plugin.sendsDownloadKind) {
		yield life.happen(isByFile ? "download_manifest_start" : "download_zip_start", version);
	}
	const steps = PROGRESS.filter(() => !device.isOnFastNetwork || random.chance(0.35));
	for (const step of failure.action ? steps.slice(0, 2) : steps) {
		if (!device.isOnFastNetwork) life.pass(300, 3_000);
		yield life.happen(step, version);
	}
	if (failure.action) {
		yield life.happen(failure.action, version, failure.details);
		return false;
	}
	if (device.plugin.sendsDownloadKind) {
		yield life.happen(isByFile ? "download_manifest_complete" : "download_zip_complete", version);
	}
	yield life.happen("download_complete", version);
	if (device.plugin.sends === "arrays") yield life.happen("set_next", version, { oldVersion: life.running });
	return true;
}

function* install(life: Life, { version, breaks }: Release): Generator<Happening> {
	const { random } = life;
	const replaced = life.running;
	if (random.chance(0.01)) {
		yield life.happen("set_fail", version);
		return;
	}
	yield life.happen("set", version, { oldVersion: replaced });
	life.running = version;
	if (random.chance(breaks)) yield* rollBack(life, replaced);
	else if (replaced !== BUILTIN && random.chance(0.7)) yield life.happen("delete", replaced);
}

function* rollBack(life: Life, previous: string): Generator<Happening> {
	const broken = life.running;
	life.pass(10_000, 10_500);
	if (life.device.plugin.sends === "arrays") {
		const metadata = { source: "app_ready_timeout", timeout_ms: "10000" };
		yield life.happen("app_launch_timeout", broken, { metadata });
	}
	yield life.happen("update_fail", broken);
	life.returnTo(previous);
	// The plugin rolls back without a word; an app that notices may reset as well.
	if (life.random.chance(0.3)) yield life.happen("reset", previous, { oldVersion: broken });
	yield life.happen("delete", broken);
}

/** Electron reports every start as a `set`, and names no version for the bundle that is shipped in the app. */
function* electronSession(life: Life, update: Release | undefined): Generator<Happening> {
	const { random } = life;
	const version = life.running === BUILTIN ? "" : life.running;
	yield life.happen("set", version, { bundleId: life.running });
	if (!update) return;
	life.pass(500, 20_000);
	if (random.chance(0.08)) {
		yield life.happen("download_fail", update.version, { message: "Download failed: net::ERR_TIMED_OUT" });
		return;
	}
	const bundleId = random.uuid().slice(0, 8);
	yield life.happen("download_complete", update.version, { bundleId });
	const previous = life.running;
	life.running = update.version;
	if (!random.chance(update.breaks)) return;
	life.pass(10_000, 10_500);
	yield life.happen("set_fail", update.version, { bundleId, message: "App ready timeout" });
	life.returnTo(previous);
}
