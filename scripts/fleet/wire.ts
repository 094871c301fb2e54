import type { Flag } from "../../functions/src/devices/flags.ts";
import { UNKNOWN_VERSION } from "../../functions/src/events/bundleVersion.ts";
import type { Device } from "./device.ts";
import { evidenceOf } from "./evidence.ts";
import type { Happening } from "./happening.ts";

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
	/** The release that the device tried, and what else it shows of it; absent for an event about none. */
	readonly about?: ReleaseEvidence;
};

/** What one event shows of a device's update to a release. */
export type ReleaseEvidence = { readonly release: string; readonly shows: readonly Flag[] };

/** Puts a happening into the words of the device's plugin. */
export function wireEvent(device: Device, appId: string, happening: Happening): WireEvent {
	const { plugin } = device;
	return {
		platform: plugin.platform,
		device_id: device.deviceId,
		app_id: appId,
		custom_id: device.customId,
		version_build: device.build.version,
		version_code: device.build.code,
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

/** The download service adds neither the time nor metadata. */
function fieldsOfArrays(device: Device, { at, metadata, isOfService }: Happening): WireEvent {
	return {
		install_source: device.installSource,
		...(device.plugin.platform === "ios" && { channel: device.channel }),
		defaultChannel: device.defaultChannel,
		...(metadata && { metadata }),
		...(!isOfService && { timestamp: at }),
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
export function countedEvent(device: Device, happening: Happening): CountedEvent | undefined {
	const { plugin, isEmulator, isProd } = device;
	const { action, version, oldVersion, at, isOfService } = happening;
	if (plugin.sendsNoUpdateAsFailure && action === "download_fail") return undefined;
	const replaces = action === "set" && plugin.sendsOldVersion && oldVersion !== undefined && oldVersion !== version;
	return {
		action,
		version: version === "" ? UNKNOWN_VERSION : version,
		...(replaces && { replacedVersion: oldVersion }),
		isDev: isEmulator || !isProd,
		...(plugin.sends === "arrays" && !isOfService && { timestamp: at }),
		...(happening.about !== null && { about: evidence(happening, happening.about) }),
	};
}

function evidence({ action, isCharged }: Happening, release: string): ReleaseEvidence {
	return { release, shows: [...evidenceOf(action), ...(isCharged ? (["crashed"] as const) : [])] };
}
