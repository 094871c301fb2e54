import { forgetOldest } from "../forgetOldest.ts";
import type { StoredDevice } from "./commitPlan.ts";

/** Devices that an instance remembers: some kilobytes each. */
const MAX_DEVICES = 5_000;

/**
 * How long a device is remembered, in milliseconds: while it starts or downloads, its requests come a second apart. Other
 * instances get some of its deliveries, so what is older is likely to be stale, and a stale device has a whole group refused and
 * read again. Reckoned for four instances during a rollout, with groups of six events: remembered for good, 1.2 reads an event
 * and a third of the commits refused; for 2 seconds, 0.43 and none; not at all, 0.53.
 */
const REMEMBERED_MS = 2_000;

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
 * Remembers for a moment devices as they were read or written. A copy that is stale is refused by the precondition of the commit
 * that uses it, so it can cost another attempt, but never a wrong count.
 *
 * @param now Milliseconds by any clock.
 */
export function createDeviceCache(now: () => number): DeviceCache {
	const devices = new Map<string, { readonly stored: StoredDevice; readonly until: number }>();
	const contendedUntil = new Map<string, number>();

	const get = (path: string) => {
		const remembered = devices.get(path);
		return remembered && remembered.until > now() ? remembered.stored : undefined;
	};
	const set = (path: string, stored: StoredDevice) => {
		devices.delete(path); // A map keeps its order: the device that was quiet the longest is forgotten first.
		devices.set(path, { stored, until: now() + REMEMBERED_MS });
		forgetOldest(devices, MAX_DEVICES);
	};
	const setContended = (path: string) => {
		contendedUntil.set(path, now() + CONTENDED_MS);
		forgetOldest(contendedUntil, MAX_DEVICES);
	};
	return {
		get,
		set,
		forget: (path) => void devices.delete(path),
		setContended,
		isContended: (path) => (contendedUntil.get(path) ?? 0) > now(),
	};
}
