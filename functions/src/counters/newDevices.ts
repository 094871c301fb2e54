import { FieldPath, type Firestore } from "@google-cloud/firestore";
import { utcDay } from "../events/eventTime.ts";
import { DAY_MS } from "../events/time.ts";
import { appPath } from "../firestore/paths.ts";
import { forgetOldest } from "../forgetOldest.ts";

/** Of the bound, the share that an instance makes without looking what others made. */
const UNASKED_SHARE = 0.001;

/** Apps that are remembered at the most: a client may make up any number. */
const MAX_APPS = 10_000;

/** An app's document keeps the numbers of so many days: who chooses a bound looks there. */
const KEPT_DAYS = 30;

/** The field of an app's document that counts its new devices by the UTC day. */
const FIELD = "new_devices";

/** By the app: devices that are new on a UTC day, or how many may be. */
export type NewDevices = { readonly day: string; readonly ofApps: ReadonlyMap<string, number> };

/** What bounds the devices of an app that are new on a day. */
export type NewDeviceBound = {
	/** How many of the devices that a commit would make it may make. */
	readonly room: (wanted: ReadonlyMap<string, number>) => Promise<NewDevices>;
	/** Notes those that a commit made. */
	readonly note: (made: NewDevices) => void;
};

/** What the bound needs of the world. */
export type NewDeviceBoundOptions = {
	/** Devices of one app that may be new on a UTC day; 0 bounds none. */
	readonly maxPerDay: number;
	/** Milliseconds since the epoch. */
	readonly now: () => number;
	/** How many devices of an app all instances made on a UTC day. */
	readonly read: (appId: string, day: string) => Promise<number>;
	/** Hears of an app with more new devices than that, once a day. */
	readonly onTooMany: (appId: string) => void;
};

/**
 * Bounds how many devices a client can make up for an app in a UTC day.
 *
 * Instances know of each other by the app's document, to which each commit adds the devices that it makes. An instance looks
 * there before it makes more than a thousandth of the bound since it last did, and not any more once the bound is used up:
 * some thousand reads for an app and day at the most, however many instances there are, and none for an app that has few new
 * devices. Each instance may exceed the bound by so much, or by the devices of one commit.
 */
export function createNewDeviceBound({ maxPerDay, now, read, onTooMany }: NewDeviceBoundOptions): NewDeviceBound {
	/** Devices of an app: what all had made when this instance last looked, and what it made since. */
	type Made = { readonly known: number; readonly since: number; readonly isTold: boolean };
	const apps = new Map<string, Made>();
	const unasked = Math.ceil(maxPerDay * UNASKED_SHARE);
	let day = "";

	function begin(today: string): void {
		if (day === today) return;
		day = today;
		apps.clear();
	}

	function madeOf(appId: string): Made {
		return apps.get(appId) ?? { known: 0, since: 0, isTold: false };
	}

	function change(appId: string, changed: Partial<Made>): void {
		apps.set(appId, { ...madeOf(appId), ...changed });
		forgetOldest(apps, MAX_APPS);
	}

	function leftOf(appId: string): number {
		const { known, since } = madeOf(appId);
		return Math.max(0, maxPerDay - known - since);
	}

	async function roomOf(appId: string, wanted: number): Promise<number> {
		if (leftOf(appId) > 0 && madeOf(appId).since + wanted > unasked) {
			change(appId, { known: await read(appId, day), since: 0 });
		}
		const left = leftOf(appId);
		if (left < wanted && !madeOf(appId).isTold) {
			onTooMany(appId);
			change(appId, { isTold: true });
		}
		return Math.min(left, wanted);
	}

	return {
		room: async (wanted) => {
			begin(utcDay(now()));
			const today = day;
			if (maxPerDay === 0) return { day: today, ofApps: wanted };
			const rooms = [...wanted].map(async ([appId, devices]) => [appId, await roomOf(appId, devices)] as const);
			return { day: today, ofApps: new Map(await Promise.all(rooms)) };
		},
		note: (made) => {
			if (maxPerDay === 0 || made.day !== day) return;
			for (const [appId, devices] of made.ofApps) change(appId, { since: madeOf(appId).since + devices });
		},
	};
}

/** Reads how many devices of an app were new on a UTC day. */
export async function readNewDevices(db: Firestore, appId: string, day: string): Promise<number> {
	const field = new FieldPath(FIELD, day);
	const [app] = await db.getAll(db.doc(appPath(appId)), { fieldMask: [field] });
	const devices: unknown = app?.get(field);
	return typeof devices === "number" ? devices : 0;
}

/** The counted field of a day's new devices, by its path in an app's document. */
export function newDevicesField(day: string): string {
	return `${FIELD}.${day}`;
}

/** The field of the day that an app's document forgets. */
export function forgottenNewDevicesField(day: string): string {
	return newDevicesField(utcDay(Date.parse(day) - KEPT_DAYS * DAY_MS));
}
