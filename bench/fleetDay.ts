import { DAY_MS } from "../functions/src/events/eventTime.ts";
import { Random } from "../scripts/simulate/random.ts";

/** One event as the plugin sends it. */
export type WireEvent = Readonly<Record<string, unknown>>;

/** One request of a device. */
export type FleetRequest = {
	/** Milliseconds since the epoch. */
	readonly sentAt: number;
	readonly events: readonly WireEvent[];
};

/** Something that the app of a device goes through. */
type Happening = { readonly at: number; readonly action: string; readonly version: string };

/** The release that nearly all of the fleet runs, and the one that the others come from. */
const HOT_VERSION = "3.4.7";
const VERSION_BEFORE = "3.4.6";

const COLD_STARTS_A_DAY = 3;
const VISITS_A_DAY = 6;

/** A fleet that gets a release a week: so many devices of it update on a day. */
const UPDATING_SHARE = 1 / 7;

/** The plugin looks this often whether it has something to send. */
const FLUSH_INTERVAL_MS = 1_000;

/**
 * What a device with plugin 8.51.23 on Android sends in the day from `from` on, in order: cold starts and returns to the app,
 * and an update now and then. Events that happen within a second travel together; most are alone.
 *
 * @param number Tells devices apart. The same one sends the same.
 */
export function dayOfDevice(appId: string, number: number, from: number): readonly FleetRequest[] {
	const random = new Random(`${appId}/${number}`);
	const deviceId = random.uuid();
	const updates = random.chance(UPDATING_SHARE);
	return Array.from({ length: VISITS_A_DAY }, (_, visit) => {
		const openedAt = Math.floor(from + (DAY_MS / VISITS_A_DAY) * (visit + random.unit() / 2));
		const happenings = visitApp(random, visit, openedAt, updates);
		const ticks = Map.groupBy(happenings, ({ at }) => Math.floor((at - openedAt) / FLUSH_INTERVAL_MS) + 1);
		return [...ticks].map(([tick, collected]) => ({
			sentAt: openedAt + tick * FLUSH_INTERVAL_MS,
			events: collected.map((happening) => wireEvent(appId, deviceId, happening)),
		}));
	}).flat();
}

/** The first visits start the app. A device that updates does so in the first. */
function visitApp(random: Random, visit: number, openedAt: number, updates: boolean): readonly Happening[] {
	const findsUpdate = updates && visit === 0;
	const version = findsUpdate ? VERSION_BEFORE : HOT_VERSION;
	const happenings: Happening[] = [];
	let at = openedAt;
	const happen = (action: string, least: number, most: number, ofVersion = version) => {
		at += random.integer(least, most);
		happenings.push({ at, action, version: ofVersion });
	};
	if (visit < COLD_STARTS_A_DAY) {
		happen("app_launch_start", 0, 0);
		happen("app_moved_to_foreground", 80, 300);
		happen("webview_dom_content_loaded", 250, 1_500);
		happen("webview_page_loaded", 60, 700);
		happen("app_launch_ready", 40, 900);
	} else happen("app_moved_to_foreground", 0, 0);
	if (findsUpdate) for (const action of DOWNLOAD) happen(action, 100, 1_200, HOT_VERSION);
	happen("app_moved_to_background", 10_000, 480_000);
	if (findsUpdate) {
		happen("set", 3, 3, HOT_VERSION);
		happen("delete", 1_000, 2_500, VERSION_BEFORE);
	}
	return happenings;
}

const DOWNLOAD = [
	"download_zip_start",
	...[10, 20, 30, 40, 50, 60, 70, 80, 90].map((percent) => `download_${percent}`),
	"download_complete",
	"set_next",
];

function wireEvent(appId: string, deviceId: string, { at, action, version }: Happening): WireEvent {
	return {
		platform: "android",
		device_id: deviceId,
		app_id: appId,
		custom_id: "",
		version_build: "3.4.0",
		version_code: "30400",
		version_os: "15",
		version_name: version,
		old_version_name: action === "set" ? VERSION_BEFORE : "",
		plugin_version: "8.51.23",
		is_emulator: false,
		is_prod: true,
		action,
		install_source: "play_store",
		defaultChannel: "",
		timestamp: at,
		...(action.startsWith("webview") && { metadata: { source: "webview", href: "https://localhost/" } }),
	};
}
