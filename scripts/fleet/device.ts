import type { Random } from "./random.ts";

/** A release of the plugin, and what of the wire contract it knows. */
export type Plugin = {
	readonly platform: "android" | "ios" | "electron";
	/** What it sends as `plugin_version`. */
	readonly version: string;
	/** How much of the fleet has it; the shares of a fleet's plugins need not add up to anything. */
	readonly share: number;
	/**
	 * `arrays`: events are collected for a second, have a `timestamp` and `metadata`, and are sent again after a failure.
	 * Such a plugin also reports launches, the web view and the app's health. `objects`: one request an event, without a
	 * timestamp, sent once.
	 */
	readonly sends: "arrays" | "objects";
	/**
	 * How it downloads, which decides what it reports of it.
	 * - `service`: Android's download service. It reports start and end of a download itself, one request an event and
	 *   without a timestamp; steps from 10 % on, each tenth once a process; and it verifies before it reports completion.
	 * - `ios`: steps from 0 % on, and completion before the checksum is verified.
	 * - `classic`: plugin 5 on both platforms: as `ios`, without start and end.
	 * - `silent`: plugin 4, which reports nothing of it.
	 * - `electron`: reports how it ended, nothing else.
	 */
	readonly downloads: "service" | "ios" | "classic" | "silent" | "electron";
	/** What it calls the bundle that is shipped in the app: `builtin`, the native version, or nothing. */
	readonly namesBuiltin: "builtin" | "native" | "nothing";
	/** Whether it sends `is_emulator` and `is_prod`. */
	readonly sendsFlags: boolean;
	/** Whether it says which bundle another one replaced. */
	readonly sendsOldVersion: boolean;
	/** Whether it tells a download of single files from one of an archive. */
	readonly sendsDownloadKind: boolean;
	/** Whether it also sends `download_fail` when there was simply no update, so that the server discards them all. */
	readonly sendsNoUpdateAsFailure: boolean;
	readonly sendsUpperCaseIds: boolean;
	/** Whether it names the bundle that runs with whatever it sends: it never sends the one that it was told. */
	readonly namesOnlyRunning: boolean;
};

const v8 = {
	version: "8.51.23",
	sends: "arrays",
	namesBuiltin: "native",
	sendsFlags: true,
	sendsOldVersion: true,
	sendsDownloadKind: true,
	sendsNoUpdateAsFailure: false,
	sendsUpperCaseIds: false,
	namesOnlyRunning: false,
} as const;

const v7 = { ...v8, version: "7.36.1", sends: "objects", namesBuiltin: "builtin" } as const;

const v6 = { ...v7, version: "6.14.26", sendsDownloadKind: false } as const;

const v5 = {
	...v6,
	version: "5.6.13",
	downloads: "classic",
	sendsOldVersion: false,
	sendsNoUpdateAsFailure: true,
	namesOnlyRunning: true,
} as const;

const v4 = {
	...v5,
	version: "4.6.2",
	downloads: "silent",
	sendsFlags: false,
	sendsNoUpdateAsFailure: false,
	namesOnlyRunning: false,
} as const;

const electron = {
	...v6,
	platform: "electron",
	// 0.0.6 still calls itself 0.0.1.
	version: "0.0.1",
	downloads: "electron",
	namesBuiltin: "nothing",
	sendsOldVersion: false,
} as const;

const android = { platform: "android", downloads: "service" } as const;

const ios = { platform: "ios", downloads: "ios" } as const;

/**
 * The plugins that the fleet can have. Source of what each sends: the code of these releases of
 * `@capgo/capacitor-updater`, and `@capgo/electron-updater` 0.0.6.
 */
export const PLUGINS: readonly Plugin[] = [
	{ ...v8, ...android, share: 43 },
	{ ...v8, ...ios, share: 33 },
	{ ...v8, ...android, version: "7.51.21", share: 3 },
	{ ...v7, ...android, share: 3 },
	{ ...v7, ...ios, share: 2 },
	{ ...v6, ...android, share: 3 },
	{ ...v6, ...ios, share: 2 },
	{ ...v5, platform: "android", share: 3 },
	{ ...v5, platform: "ios", share: 2, sendsUpperCaseIds: true },
	{ ...v4, platform: "android", share: 2 },
	{ ...electron, share: 4 },
];

/** The mixes of plugins that a fleet can have, by name. */
export const PLUGIN_MIXES = {
	mixed: PLUGINS,
	newest: PLUGINS.filter(({ version }) => version === v8.version),
	singles: PLUGINS.filter(({ sends }) => sends === "objects"),
} as const satisfies Record<string, readonly Plugin[]>;

export type PluginMix = keyof typeof PLUGIN_MIXES;

/** A build of the app in the stores. */
export type NativeBuild = { readonly version: string; readonly code: string };

/** One device of the fleet: all that stays the same while it lives. */
export type Device = {
	readonly plugin: Plugin;
	/** As it is sent. */
	readonly deviceId: string;
	readonly customId: string;
	readonly versionOs: string;
	readonly build: NativeBuild;
	readonly installSource: string;
	readonly channel: string;
	readonly defaultChannel: string;
	readonly isEmulator: boolean;
	readonly isProd: boolean;
	readonly isOnFastNetwork: boolean;
};

/** Makes up a device that has one of the plugins. */
export function createDevice(random: Random, plugins: readonly Plugin[]): Device {
	const plugin = random.pickByShare(plugins);
	const deviceId = random.uuid();
	const isBeta = random.chance(0.15);
	return {
		plugin,
		deviceId: plugin.sendsUpperCaseIds ? deviceId.toUpperCase() : deviceId,
		customId: random.chance(0.1) ? `customer-${random.integer(1_000, 9_999)}` : "",
		versionOs: random.pickByShare(OS_VERSIONS[plugin.platform]).version,
		build: random.pickByShare(NATIVE_BUILDS),
		installSource: random.pick(INSTALL_SOURCES[plugin.platform]),
		channel: isBeta ? "beta" : "production",
		defaultChannel: isBeta ? "beta" : "",
		isEmulator: plugin.sendsFlags && plugin.platform !== "electron" && random.chance(0.04),
		isProd: !(plugin.sendsFlags && random.chance(0.04)),
		isOnFastNetwork: random.chance(0.9),
	};
}

/** The bundle that is shipped in the app, as the device's plugin calls it. */
export function builtinName({ plugin, build }: Pick<Device, "plugin" | "build">): string {
	switch (plugin.namesBuiltin) {
		case "builtin":
			return "builtin";
		case "native":
			return build.version;
		case "nothing":
			return "";
	}
}

/**
 * Whether the plugin reports how an earlier process of the app ended. Android tells apps of it from version 11 on:
 * https://developer.android.com/reference/android/app/ApplicationExitInfo
 */
export function reportsExits({ plugin, versionOs }: Pick<Device, "plugin" | "versionOs">): boolean {
	if (plugin.sends !== "arrays") return false;
	return plugin.platform === "ios" || Number(versionOs) >= 11;
}

type Shared = { readonly version: string; readonly share: number };

const OS_VERSIONS: Readonly<Record<Plugin["platform"], readonly Shared[]>> = {
	android: [
		{ version: "9", share: 12 },
		{ version: "12", share: 14 },
		{ version: "13", share: 16 },
		{ version: "14", share: 20 },
		{ version: "15", share: 22 },
		{ version: "16", share: 16 },
	],
	ios: [
		{ version: "17.6.1", share: 1 },
		{ version: "18.5", share: 1 },
		{ version: "26.0", share: 1 },
	],
	electron: [
		{ version: "10.0.26100", share: 1 },
		{ version: "24.6.0", share: 1 },
	],
};

const NATIVE_BUILDS = [
	{ version: "3.4.0", code: "30400", share: 65 },
	{ version: "3.3.2", code: "30302", share: 35 },
] as const;

const INSTALL_SOURCES = {
	android: ["play_store", "play_store", "play_store", "sideload"],
	ios: ["app_store", "app_store", "testflight"],
	electron: [""],
} as const;
