import type { DeviceCounts } from "../devices/flags.ts";

/** What a counter document holds of devices. */
export type CountedDevices = {
	readonly devices?: Readonly<Record<string, number>>;
	readonly dev_devices?: Readonly<Record<string, number>>;
};

/** The production devices that a counter document counts, by flag; 0 where it names none. */
export function productionDevices({ devices = {}, dev_devices = {} }: CountedDevices): DeviceCounts {
	return countsByFlag((flag) => Math.max(0, (devices[flag] ?? 0) - (dev_devices[flag] ?? 0)));
}

/** All devices that a counter document counts, those of development builds too. */
export function allDevices({ devices = {} }: CountedDevices): DeviceCounts {
	return countsByFlag((flag) => devices[flag] ?? 0);
}

/** Adds counts of devices up, flag by flag. */
export function sumOfDevices(all: readonly Partial<DeviceCounts>[]): DeviceCounts {
	return countsByFlag((flag) => all.reduce((sum, devices) => sum + (devices[flag] ?? 0), 0));
}

function countsByFlag(countOf: (flag: keyof DeviceCounts) => number): DeviceCounts {
	return {
		tried: countOf("tried"),
		downloaded: countOf("downloaded"),
		download_failed: countOf("download_failed"),
		installed: countOf("installed"),
		ran: countOf("ran"),
		failed: countOf("failed"),
		recovered: countOf("recovered"),
		crashed: countOf("crashed"),
		well: countOf("well"),
	};
}
