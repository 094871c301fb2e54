import type { StoredDevice } from "./commitPlan.ts";

/** Devices that an instance remembers: some kilobytes each. */
const MAX_DEVICES = 5_000;

/** How long a device whose commits keep being refused is counted without its document, in milliseconds. */
const CONTENDED_MS = 10 * 60 * 1_000;

/** What an instance remembers of devices. */
export type DeviceCache = {
	readonly get: (path: string) => StoredDevice | undefined;
	readonly set: (path: string, device: StoredDevice) => void;
	readonly forget: (path: string) => void;
	/** Notes that commits with this device are refused again and again: many phones share its id. */
	readonly setContended: (path: string) => void;
	readonly isContended: (path: string) => boolean;
};

/**
 * Remembers devices as they were read or written last. A copy that is stale is refused by the precondition of the commit
 * that uses it, so it can cost another attempt, but never a wrong count.
 *
 * @param now Milliseconds by any clock.
 */
export function createDeviceCache(now: () => number): DeviceCache {
	const devices = new Map<string, StoredDevice>();
	const contendedUntil = new Map<string, number>();

	const set = (path: string, device: StoredDevice) => {
		devices.delete(path); // A map keeps its order: the device that was quiet the longest is forgotten first.
		devices.set(path, device);
		forgetOldest(devices);
	};
	const setContended = (path: string) => {
		contendedUntil.set(path, now() + CONTENDED_MS);
		forgetOldest(contendedUntil);
	};
	return {
		get: (path) => devices.get(path),
		set,
		forget: (path) => void devices.delete(path),
		setContended,
		isContended: (path) => (contendedUntil.get(path) ?? 0) > now(),
	};
}

function forgetOldest(entries: Map<string, unknown>): void {
	const [oldest] = entries.keys();
	if (entries.size > MAX_DEVICES && oldest !== undefined) entries.delete(oldest);
}
