import type { Counters } from "../support/storedCounters.ts";

/** An event, as far as it decides what is counted. */
export type ExpectedEvent = {
	readonly action: string;
	readonly version: string;
	/** The version that a `set` replaces. */
	readonly replaced?: string;
};

/** What a device did with a release in the end: flags by the release's version. */
export type ExpectedReleases = Readonly<Record<string, readonly string[]>>;

/** Sums up what must be counted. It shares no code with the counters, so that the two can be compared. */
export function createExpectedCounters() {
	const counters: Record<string, Record<string, number>> = {};

	const add = (path: string, field: string) => {
		counters[path] ??= {};
		counters[path][field] = (counters[path][field] ?? 0) + 1;
	};

	/** Adds to a version and one of its days. */
	const addBoth = (version: string, day: string, field: string) => {
		add(`/versions/${version}`, field);
		add(`/versions/${version}/days/${day}`, field);
	};

	return {
		counters: counters as Counters,

		addEvent({ action, version, replaced }: ExpectedEvent, day: string, isDev: boolean): void {
			add("", "events");
			addBoth(version, day, "events");
			addBoth(version, day, `actions.${action}`);
			if (isDev) addBoth(version, day, `dev_actions.${action}`);
			if (replaced === undefined) return;
			addBoth(replaced, day, "actions.uninstall");
			if (isDev) addBoth(replaced, day, "dev_actions.uninstall");
		},

		/** A failed check counts under the version that it names, for production only. */
		addFailedCheck({ version }: ExpectedEvent, day: string, isDev: boolean): void {
			if (!isDev) addBoth(version, day, "failed_checks");
		},

		/** @param hour The hour of its day in which the device did all of it, `00` to `23`. */
		addDevice(releases: ExpectedReleases, day: string, hour: string, isDev: boolean): void {
			for (const [version, flags] of Object.entries(releases)) {
				for (const flag of flags) {
					addBoth(version, day, `devices.${flag}`);
					if (isDev) addBoth(version, day, `dev_devices.${flag}`);
					else add(`/versions/${version}/days/${day}`, `hours.${hour}.${flag}`);
				}
			}
		},
	};
}
