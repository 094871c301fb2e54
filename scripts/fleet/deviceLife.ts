import { DAY_MS, MINUTE_MS } from "../../functions/src/events/time.ts";
import { builtinName, type Device, reportsExits } from "./device.ts";
import { download } from "./download.ts";
import type { Happening } from "./happening.ts";
import { Life } from "./life.ts";
import type { Random } from "./random.ts";
import type { Fault, FaultKind, Release } from "./releases.ts";

/** From when to when the simulation runs, in milliseconds since the epoch. */
export type Period = { readonly from: number; readonly to: number };

/** What the team publishes meanwhile, and how often a device is offline. */
export type Circumstances = {
	readonly period: Period;
	readonly releases: readonly Release[];
	/** The share of a device's visits to the app that it makes offline, 0 to 1. */
	readonly offlineShare: number;
};

/** A visit to the app, with everything that follows from it, ends within this time. */
const LONGEST_VISIT_MS = 90 * 60 * 1_000;

/** What a device goes through in the period, in order: visits to the app, and in them the updates that it finds. */
export function* liveOn(device: Device, circumstances: Circumstances, random: Random): Generator<Happening> {
	const life = new Life(device, random);
	for (const openedAt of visits(circumstances.period, random)) {
		life.at = openedAt;
		life.isOffline = random.chance(circumstances.offlineShare);
		const update = life.isOffline ? undefined : findUpdate(life, circumstances);
		yield* device.plugin.platform === "electron" ? electronVisit(life, update) : mobileVisit(life, update);
	}
}

/** Each visit has its own part of the period, so that none begins before another ends. */
function visits({ from, to }: Period, random: Random): readonly number[] {
	const count = random.integer(2, 3);
	const part = (to - from) / count;
	return Array.from({ length: count }, (_, index) =>
		Math.floor(from + part * index + random.unit() * (part - LONGEST_VISIT_MS)),
	);
}

/** An update that a device finds, and how it will go. */
type Update = { readonly version: string; readonly fault: FaultKind | undefined };

function findUpdate(life: Life, { period, releases }: Circumstances): Update | undefined {
	const part = (life.at - period.from) / (period.to - period.from);
	const release = releases.findLast(({ publishedAt }) => publishedAt <= part);
	if (!release || !life.wants(release.version)) return undefined;
	const isDue = ({ from = 0 }: Fault) => from <= part;
	return { version: release.version, fault: life.meet(release.faults.filter(isDue)) };
}

function* mobileVisit(life: Life, update: Update | undefined): Generator<Happening> {
	const { random } = life;
	yield* coldStart(life);
	if (life.device.plugin.sends === "arrays" && random.chance(0.03)) yield reportHealth(life);
	if (random.chance(0.02)) yield life.happen("setChannel", life.running);
	yield* update ? findsUpdate(life, update) : findsNone(life);
	if (!update && random.chance(0.015) && !life.runsAgain) yield* crashAndReturn(life);
	for (let returns = 0; returns < MOST_RETURNS && random.chance(0.64); returns += 1) yield* returnLater(life);
}

/** How long a person looks at the app, and how long at others before coming back. */
const GLANCE_MS = [6_000, 240_000] as const;
const ABSENCE_MS = [8_000, 600_000] as const;

const MOST_RETURNS = 4;

function* findsNone(life: Life): Generator<Happening> {
	yield* check(life);
	life.pass(...GLANCE_MS);
	yield life.happen("app_moved_to_background", life.running);
}

function* returnLater(life: Life): Generator<Happening> {
	life.pass(...ABSENCE_MS);
	yield life.happen("app_moved_to_foreground", life.running);
	yield* findsNone(life);
}

/**
 * A check for updates that finds none. It is reported where it fails: offline, or since the newest bundle failed before
 * in this process. Plugins 4 and 5 report it anyway.
 */
function* check(life: Life): Generator<Happening> {
	const { random, device } = life;
	life.pass(300, 900);
	if (device.plugin.sendsNoUpdateAsFailure) {
		if (random.chance(0.5)) yield life.happen("download_fail", life.running, { about: null });
		return;
	}
	// With two updates that are under way, a server can't tell a failed check from a failure of one of them.
	if (life.underWay > 1) return;
	if (life.isOffline || (life.hasFailedInProcess && random.chance(0.8))) {
		yield life.happen("download_fail", life.running, { about: null });
	}
}

function* coldStart(life: Life): Generator<Happening> {
	const { device } = life;
	life.startProcess();
	const startedAt = life.at;
	if (device.plugin.sends === "objects") {
		life.pass(100, 400);
		yield life.happen("app_moved_to_foreground", life.running);
		return;
	}
	const launch = { launch_started_at: String(startedAt) };
	yield life.happen("app_launch_start", life.running, { metadata: { ...launch, source: "plugin_load" } });
	const wasEnded = yield* reportExits(life);
	life.pass(80, 300);
	yield life.happen("app_moved_to_foreground", life.running);
	// Where much is reported, the phone had much to do.
	life.pass(wasEnded ? 1_000 : 250, wasEnded ? 2_200 : 1_500);
	if (wasEnded) yield life.happen("webview_unclean_restart", life.running, { metadata: WEB_VIEW });
	yield* loadPage(life);
	life.pass(40, 900);
	const metadata = { ...launch, source: "notify_app_ready", duration_ms: String(life.at - startedAt) };
	yield life.happen("app_launch_ready", life.running, { metadata });
}

const WEB_VIEW = { source: "webview", href: "https://localhost/" } as const;

function* loadPage(life: Life): Generator<Happening> {
	yield life.happen("webview_dom_content_loaded", life.running, { metadata: WEB_VIEW });
	life.pass(60, 700);
	yield life.happen("webview_page_loaded", life.running, { metadata: WEB_VIEW });
}

const HEALTH_REPORTS = [
	{
		action: "webview_javascript_error",
		metadata: { error_type: "javascript_error", message: "undefined is not an object", line: "42", column: "7" },
	},
	{ action: "webview_unhandled_rejection", metadata: { error_type: "unhandled_rejection", message: "Load failed" } },
	{ action: "app_memory_warning", metadata: { source: "memory_warning" } },
] as const;

function reportHealth(life: Life): Happening {
	life.pass(1_500, 5_000);
	const { action, metadata } = life.random.pick(HEALTH_REPORTS);
	return life.happen(action, life.running, { metadata });
}

/** Returns whether the system or a crash ended the process before. */
function* reportExits(life: Life): Generator<Happening, boolean> {
	const { random, device } = life;
	const exits = life.takeExits();
	// Android knows of exits from before the plugin was there.
	if (life.process === 1 && device.plugin.platform === "android" && reportsExits(device) && random.chance(0.05)) {
		const at = life.at - random.integer(10 * MINUTE_MS, DAY_MS);
		exits.push({ action: "app_anr", at, importance: 100, processStartedAt: at });
	}
	for (const exit of exits) {
		life.pass(1, 4);
		yield life.happen(exit.action, life.running, { metadata: life.describeExit(exit), isCharged: life.charges(exit) });
	}
	return exits.length > 0;
}

/** The app ends without a word. The next process tells, where its plugin does. */
function* crashAndReturn(life: Life): Generator<Happening> {
	const { random } = life;
	const isAndroid = life.device.plugin.platform === "android";
	life.pass(1_000, 4_000);
	yield life.happen("app_moved_to_foreground", life.running);
	life.pass(10_000, 90_000);
	if (reportsExits(life.device)) {
		const action = isAndroid ? random.pick(["app_crash", "app_crash_native", "app_anr"] as const) : "app_crash";
		life.addExit({ action, at: life.at, importance: 100 });
		if (isAndroid && random.chance(0.1))
			life.addExit({ action: "app_killed_low_memory", at: life.at, importance: 400 });
	}
	life.pass(4_000, 40_000);
	yield* coldStart(life);
	yield* findsNone(life);
}

function* findsUpdate(life: Life, { version, fault }: Update): Generator<Happening> {
	life.pass(1_000, 3_000);
	const isDownloaded = yield* download(life, version, fault);
	life.pass(...GLANCE_MS);
	yield life.happen("app_moved_to_background", life.running);
	if (isDownloaded) yield* install(life, version, fault);
}

function* install(life: Life, version: string, fault: FaultKind | undefined): Generator<Happening> {
	const replaced = life.running;
	life.pass(1, 2);
	if (fault === "install") {
		yield life.happen("set_fail", version);
		life.remember(version, fault);
		return;
	}
	life.running = version;
	yield life.happen("set", version, { oldVersion: replaced });
	if (fault === "rollback") yield* rollBack(life, replaced);
	else yield* runNew(life, replaced, fault);
}

function* runNew(life: Life, replaced: string, fault: FaultKind | undefined): Generator<Happening> {
	const { device } = life;
	if (device.plugin.sends === "arrays") {
		life.pass(300, 900);
		yield* loadPage(life);
	}
	life.remember(life.running, undefined);
	life.pass(200, 900);
	if (replaced !== builtinName(device)) yield life.happen("delete", replaced);
	// A bundle that ran before has no clear time since when it runs.
	if (fault !== "crash" || life.runsAgain) return;
	life.pass(60_000, 900_000);
	yield* crashAndReturn(life);
}

/** The app of a new bundle doesn't report that it is ready: at once, or in a process that starts later. */
function* rollBack(life: Life, previous: string): Generator<Happening> {
	const { random, device } = life;
	const broken = life.running;
	if (device.plugin.sends === "arrays" && random.chance(0.4)) {
		life.pass(60_000, 900_000);
		yield* startInVain(life);
	} else {
		life.pass(10_000, 10_500);
	}
	yield life.happen("update_fail", broken);
	life.remember(broken, "rollback");
	life.fallBack(previous);
	// Nothing is said about a return to the bundle that is shipped in the app.
	if (previous !== builtinName(device)) yield life.happen("set", previous, { oldVersion: broken });
	yield life.happen("delete", broken);
	if (previous !== builtinName(device) && random.chance(0.1)) yield* resetByApp(life);
}

function* startInVain(life: Life): Generator<Happening> {
	life.startProcess();
	const launch = { launch_started_at: String(life.at) };
	yield life.happen("app_launch_start", life.running, { metadata: { ...launch, source: "plugin_load" } });
	life.pass(80, 300);
	yield life.happen("app_moved_to_foreground", life.running);
	life.pass(10_000, 10_500);
	const metadata = { ...launch, source: "app_ready_timeout", timeout_ms: "10000" };
	yield life.happen("app_launch_timeout", life.running, { metadata });
}

/** The app notices the rollback, and returns to the bundle that is shipped with it. */
function* resetByApp(life: Life): Generator<Happening> {
	const previous = life.running;
	life.pass(3_000, 20_000);
	life.fallBack(builtinName(life.device));
	yield life.happen("reset", life.running, { oldVersion: previous });
}

/** Electron reports every start as a `set`, and names no version for the bundle that is shipped in the app. */
function* electronVisit(life: Life, update: Update | undefined): Generator<Happening> {
	const { random } = life;
	life.startProcess();
	const about = life.running === "" ? null : life.running;
	yield life.happen("set", life.running, { about, bundleId: life.running === "" ? "builtin" : life.running });
	if (!update) return;
	life.pass(500, 20_000);
	const { version, fault } = update;
	if (fault === "download" || fault === "file" || fault === "checksum") {
		yield life.happen("download_fail", version, { message: "Download failed: net::ERR_TIMED_OUT" });
		life.remember(version, fault);
		return;
	}
	const bundleId = random.uuid().slice(0, 8);
	yield life.happen("download_complete", version, { bundleId });
	if (fault === "rollback") {
		life.pass(10_000, 10_500);
		yield life.happen("set_fail", version, { bundleId, message: "App ready timeout" });
		life.remember(version, fault);
		return;
	}
	life.pass(2_000, 20_000);
	life.running = version;
	yield life.happen("set", version, { bundleId });
}
