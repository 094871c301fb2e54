import type { Random } from "./random.ts";

/** A release of the plugin, and what of the wire contract it knows. */
export type Plugin = {
	readonly platform: "android" | "ios" | "electron";
	/** What it sends as `plugin_version`. */
	readonly version: string;
	/** How much of the fleet has it, in percent. */
	readonly share: number;
	/**
	 * `arrays`: events are collected, have a `timestamp` and `metadata`, and are sent again after a failure. Such a plugin
	 * also reports launches and the app's health. `objects`: one request an event, sent once.
	 */
	readonly sends: "arrays" | "objects";
	/** Whether it sends `is_emulator` and `is_prod`. */
	readonly sendsFlags: boolean;
	/** Whether it says which bundle another one replaced. */
	readonly sendsOldVersion: boolean;
	/** Whether it tells a download of single files from one of an archive. */
	readonly sendsDownloadKind: boolean;
	readonly sendsUpperCaseIds: boolean;
};

const v8 = {
	version: "8.51.14",
	sends: "arrays",
	sendsFlags: true,
	sendsOldVersion: true,
	sendsDownloadKind: true,
	sendsUpperCaseIds: false,
} as const;

const v7 = { ...v8, version: "7.36.1", sends: "objects" } as const;

const v6 = { ...v7, version: "6.14.10", sendsDownloadKind: false } as const;

const v5 = { ...v6, version: "5.9.0" } as const;

const v4 = { ...v5, version: "4.6.2", sendsFlags: false, sendsOldVersion: false } as const;

// 0.0.6 still calls itself 0.0.1.
const electron = { ...v6, version: "0.0.1", sendsOldVersion: false } as const;

/**
 * The plugins of the fleet. Source of what each sends: the code of these releases of `@capgo/capacitor-updater`, and
 * `@capgo/electron-updater` 0.0.6.
 */
export const PLUGINS: readonly Plugin[] = [
	{ ...v8, platform: "android", share: 45 },
	{ ...v8, platform: "ios", share: 35 },
	{ ...v7, platform: "android", share: 3 },
	{ ...v7, platform: "ios", share: 2 },
	{ ...v6, platform: "android", share: 3 },
	{ ...v6, platform: "ios", share: 2 },
	{ ...v5, platform: "android", share: 3 },
	{ ...v5, platform: "ios", share: 2, sendsUpperCaseIds: true },
	{ ...v4, platform: "android", share: 2 },
	{ ...electron, platform: "electron", share: 3 },
];

/** One device of the fleet: all that stays the same while it lives. */
export type Device = {
	readonly plugin: Plugin;
	/** As it is sent. */
	readonly deviceId: string;
	readonly customId: string;
	readonly versionOs: string;
	readonly installSource: string;
	readonly channel: string;
	readonly defaultChannel: string;
	readonly isEmulator: boolean;
	readonly isProd: boolean;
	readonly isOnFastNetwork: boolean;
};

/** Makes up a device. */
export function createDevice(random: Random): Device {
	const plugin = random.pickByShare(PLUGINS);
	const deviceId = random.uuid();
	const isBeta = random.chance(0.15);
	return {
		plugin,
		deviceId: plugin.sendsUpperCaseIds ? deviceId.toUpperCase() : deviceId,
		customId: random.chance(0.1) ? `customer-${random.integer(1_000, 9_999)}` : "",
		versionOs: random.pick(OS_VERSIONS[plugin.platform]),
		installSource: random.pick(INSTALL_SOURCES[plugin.platform]),
		channel: isBeta ? "beta" : "production",
		defaultChannel: isBeta ? "beta" : "",
		isEmulator: plugin.sendsFlags && plugin.platform !== "electron" && random.chance(0.04),
		isProd: !(plugin.sendsFlags && random.chance(0.04)),
		isOnFastNetwork: random.chance(0.9),
	};
}

const OS_VERSIONS = {
	android: ["12", "13", "14", "15", "16"],
	ios: ["17.6.1", "18.5", "26.0"],
	electron: ["10.0.26100", "24.6.0"],
} as const;

const INSTALL_SOURCES = {
	android: ["play_store", "play_store", "play_store", "sideload"],
	ios: ["app_store", "app_store", "testflight"],
	electron: [""],
} as const;
