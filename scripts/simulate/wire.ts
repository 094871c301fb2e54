import { UNKNOWN_VERSION } from "../../functions/src/events/bundleVersion.ts";
import { isPluginNoise } from "../../functions/src/events/pluginNoise.ts";
import type { Device } from "./device.ts";
import type { Happening } from "./deviceLife.ts";

/** One event as a plugin sends it. A field that is undefined is not sent. */
export type WireEvent = Readonly<Record<string, unknown>>;

/** What the server is expected to count for one event. */
export type CountedEvent = {
	readonly action: string;
	readonly version: string;
	/** The version that it replaced, whose `uninstall` it adds to. */
	readonly replacedVersion?: string;
	readonly isDev: boolean;
	/** When it happened, in milliseconds since the epoch; absent where the plugin doesn't tell. */
	readonly timestamp?: number;
};

/** Puts a happening into the words of the device's plugin. */
export function wireEvent(device: Device, appId: string, happening: Happening): WireEvent {
	const { plugin } = device;
	return {
		platform: plugin.platform,
		device_id: device.deviceId,
		app_id: appId,
		...(device.customId !== "" && { custom_id: device.customId }),
		version_build: "3.4.0",
		version_code: "30400",
		version_os: device.versionOs,
		version_name: happening.file === undefined ? happening.version : `${happening.version}:${happening.file}`,
		plugin_version: plugin.version,
		action: happening.action,
		...(plugin.sendsFlags && { is_emulator: device.isEmulator, is_prod: device.isProd }),
		...(plugin.sendsOldVersion && { old_version_name: happening.oldVersion ?? "" }),
		...(plugin.sends === "arrays" && fieldsOfArrays(device, happening)),
		...(plugin.platform === "electron" && fieldsOfElectron(device, happening)),
	};
}

function fieldsOfArrays(device: Device, { at, metadata }: Happening): WireEvent {
	return {
		install_source: device.installSource,
		...(device.plugin.platform === "ios" && { channel: device.channel }),
		defaultChannel: device.defaultChannel,
		...(metadata && { metadata }),
		timestamp: at,
	};
}

function fieldsOfElectron(device: Device, { bundleId, message }: Happening): WireEvent {
	return {
		old_version_name: "",
		defaultChannel: device.defaultChannel,
		...(bundleId !== undefined && { bundle_id: bundleId }),
		...(message !== undefined && { message }),
	};
}

/** What the server is expected to count for a happening; undefined for the noise that it discards. */
export function countedEvent({ plugin, isEmulator, isProd }: Device, happening: Happening): CountedEvent | undefined {
	const { action, version, oldVersion, at } = happening;
	if (isPluginNoise({ action, plugin_version: plugin.version })) return undefined;
	const replaces = action === "set" && plugin.sendsOldVersion && oldVersion !== undefined && oldVersion !== version;
	return {
		action,
		version: version === "" ? UNKNOWN_VERSION : version,
		...(replaces && { replacedVersion: oldVersion }),
		isDev: isEmulator || !isProd,
		...(plugin.sends === "arrays" && { timestamp: at }),
	};
}
