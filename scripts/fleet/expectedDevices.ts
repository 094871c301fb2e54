import { type DeviceCounts, FLAGS, type Flag } from "../../functions/src/devices/flags.ts";
import { utcDay } from "../../functions/src/events/eventTime.ts";
import type { SimulatedRequest } from "./simulateFleet.ts";
import type { CountedEvent, ReleaseEvidence } from "./wire.ts";

/** How many devices have each flag, as the counter documents hold them: a flag that none has is absent. */
export type FlagCounts = {
	readonly devices: Partial<DeviceCounts>;
	/** The part of `devices` that are emulators or have a development build. */
	readonly dev_devices: Partial<DeviceCounts>;
};

/** How many devices did what with each release, and of those that first tried it on a day. */
export type ExpectedDevices = Readonly<
	Record<string, FlagCounts & { readonly days: Readonly<Record<string, FlagCounts>> }>
>;

/**
 * Tells what the server is expected to know of devices, from what the life of each one really was. It shares no code with
 * what counts devices, so that the two can be compared.
 *
 * The totals hold however requests are split and in whatever order their events are counted. The days hold where a
 * device's events are counted in the order of their sending: a device counts on the day of the first one.
 *
 * @param requests Those of each device in the order in which it sent them.
 * @param arrivalDay The UTC day (`YYYY-MM-DD`) on which they arrived: that of events without a timestamp.
 */
export function expectedDevices(
	requests: Iterable<Pick<SimulatedRequest, "deviceId" | "counted">>,
	arrivalDay: string,
): ExpectedDevices {
	const trials = new Map<string, Trial>();
	for (const { deviceId, counted } of requests) {
		for (const event of counted) {
			if (event.about === undefined) continue;
			const key = JSON.stringify([deviceId, event.about.release]);
			const trial = trials.get(key) ?? beginTrial(event, event.about, arrivalDay);
			trials.set(key, addEvidence(trial, event.about));
		}
	}
	return tally([...trials.values()]);
}

/** What one device did with one release. */
type Trial = {
	readonly release: string;
	readonly day: string;
	readonly isDev: boolean;
	readonly shown: ReadonlySet<Flag>;
	/** What it did last: whether its newest installation came after its newest failure. */
	readonly last: "installed" | "failed" | undefined;
};

function beginTrial({ isDev, timestamp }: CountedEvent, { release }: ReleaseEvidence, arrivalDay: string): Trial {
	const day = timestamp === undefined ? arrivalDay : utcDay(timestamp);
	return { release, day, isDev, shown: new Set(["tried"]), last: undefined };
}

function addEvidence(trial: Trial, { shows }: ReleaseEvidence): Trial {
	const last = shows.findLast((flag) => flag === "installed" || flag === "failed") ?? trial.last;
	return { ...trial, shown: new Set([...trial.shown, ...shows]), last };
}

function flagsOf({ shown, last }: Trial): readonly Flag[] {
	const ran = shown.has("ran") || shown.has("crashed");
	const has: Readonly<Record<Flag, boolean>> = {
		tried: true,
		downloaded: ran || (["downloaded", "installed", "failed"] as const).some((flag) => shown.has(flag)),
		download_failed: shown.has("download_failed"),
		installed: shown.has("installed"),
		ran,
		failed: shown.has("failed"),
		recovered: shown.has("failed") && last === "installed",
		crashed: shown.has("crashed"),
		well: shown.has("installed") && last === "installed" && !shown.has("crashed"),
	};
	return FLAGS.filter((flag) => has[flag]);
}

function tally(trials: readonly Trial[]): ExpectedDevices {
	const releases = Map.groupBy(trials, ({ release }) => release);
	return Object.fromEntries(
		[...releases].map(([release, ofRelease]) => {
			const days = [...Map.groupBy(ofRelease, ({ day }) => day)];
			const byDay = Object.fromEntries(days.map(([day, ofDay]) => [day, countFlags(ofDay)]));
			return [release, { ...countFlags(ofRelease), days: byDay }];
		}),
	);
}

function countFlags(trials: readonly Trial[]): FlagCounts {
	return { devices: countEach(trials), dev_devices: countEach(trials.filter(({ isDev }) => isDev)) };
}

function countEach(trials: readonly Trial[]): Partial<DeviceCounts> {
	const flags = trials.flatMap(flagsOf);
	const counts = FLAGS.map((flag) => [flag, flags.filter((each) => each === flag).length] as const);
	return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/**
 * Where counters of devices differ from what is expected, one line each; empty where they agree. A counter that is absent
 * is 0, and a version may have none.
 *
 * @param counted What the version documents say, by version.
 */
export function differingDevices(
	expected: Readonly<Record<string, FlagCounts>>,
	counted: Readonly<Record<string, Partial<FlagCounts>>>,
): readonly string[] {
	const versions = [...new Set([...Object.keys(expected), ...Object.keys(counted)])].sort();
	return versions.flatMap((version) =>
		(["devices", "dev_devices"] as const).flatMap((field) =>
			FLAGS.flatMap((flag) => {
				const should = expected[version]?.[field][flag] ?? 0;
				const is = counted[version]?.[field]?.[flag] ?? 0;
				return should === is ? [] : [`${version} ${field}.${flag} is ${is}, not ${should}`];
			}),
		),
	);
}
