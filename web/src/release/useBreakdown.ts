import { useEffect, useState } from "preact/hooks";
import type { DeviceCounts, Flag } from "../../../functions/src/devices/flags.ts";
import { LEAST_FAILED_DEVICES } from "../../../functions/src/releases/evidence.ts";
import type { Family } from "../../../functions/src/releases/judgeRelease.ts";
import { type Proportion, proportion } from "../../../functions/src/releases/proportion.ts";
import { HAPPENED } from "../../../functions/src/releases/sentence.ts";
import type { Counted } from "../../../metrics/beyondChance.ts";
import {
	type Breakdown,
	type CountedTrait,
	judgeTraits,
	pairsOf,
	type ToldFields,
	type Trait,
	traitName,
	traitsOf,
} from "../../../metrics/breakdowns.ts";
import type { Audience } from "../../../metrics/definitions.ts";
import type { DeviceDocument } from "../../../metrics/documents.ts";
import { devicesOfRelease, type ReleaseDevices, type VersionList } from "../../../metrics/queries.ts";
import { TROUBLES, type Trouble } from "../address/address.ts";
import { countDocuments } from "../data/counts.ts";
import { type Database, useDatabase } from "../data/database.ts";
import { readQuery } from "../data/polled.ts";
import { readsOfCount } from "../data/reads.ts";

/** Devices that are read for the values of their fields: of those in trouble, and of all of which it is told. */
const SAMPLE_SIZE = 30;

/** Counts that are under way at a time. */
const MAX_AT_A_TIME = 4;

/** Of which devices each trouble is told, as the verdict does: those that ran the release, or all that tried it. */
export const TROUBLED_OF = { failed: "tried", crashed: "ran", download_failed: "tried" } as const satisfies Readonly<
	Record<Trouble, Flag>
>;

/** The lists that name the devices in a trouble, and those of which it is told. */
const LISTS = {
	failed: "failed_versions",
	crashed: "crashed_versions",
	download_failed: "download_failed_versions",
	tried: "tried_versions",
	ran: "ran_versions",
} as const satisfies Partial<Record<Flag, VersionList>>;

/** Two traits together. */
export type CountedPair = {
	readonly names: readonly string[];
	readonly share: Proportion;
	readonly elsewhere: Proportion;
};

/** Where a release gets devices into trouble, as far as it was counted. */
export type BreakdownState =
	| { readonly state: "waiting" }
	| { readonly state: "counting"; readonly done: number; readonly of: number }
	| { readonly state: "failed"; readonly error: Error }
	| {
			readonly state: "ready";
			readonly breakdown: Breakdown;
			readonly pairs: readonly CountedPair[];
			/** Devices in trouble that were read for their values. */
			readonly sample: number;
			/** When it was counted, in milliseconds since the epoch. */
			readonly at: number;
	  };

/** The family of verdicts that a trouble is judged by. */
const FAMILY_OF: Readonly<Record<Trouble, Family>> = {
	failed: "updates",
	crashed: "crashes",
	download_failed: "downloads",
};

/** A kind of device that stands out beyond chance. */
export type Finding = {
	readonly name: string;
	readonly share: Proportion;
	readonly elsewhere: Proportion;
	readonly happened: string;
};

/** The kinds of device that stand out, the narrowest first: two traits together where they tell more than each of them does. */
function findingsOf(found: BreakdownState, happened: string): readonly Finding[] {
	if (found.state !== "ready") return [];
	const { breakdown, pairs } = found;
	const outstanding = breakdown.traits.filter(({ standsOut }) => standsOut);
	const highest = Math.max(...outstanding.map(({ share }) => share.low));
	const narrower = pairs.filter(({ share }) => share.failures >= LEAST_FAILED_DEVICES && share.low >= highest);
	return [
		...narrower.map(({ names, share, elsewhere }) => ({ name: names.join(" with "), share, elsewhere, happened })),
		...outstanding.map(({ trait, share, elsewhere }) => ({ name: traitName(trait), share, elsewhere, happened })),
	];
}

/** What the verdict is about; else what most devices got into. */
export function usualTrouble(devices: DeviceCounts, family: Family | null): Trouble {
	const usual = TROUBLES.find((trouble) => (family === null ? devices[trouble] > 0 : FAMILY_OF[trouble] === family));
	return usual ?? "failed";
}

/** A look at where a release gets devices into trouble. */
export type TroubleLook = {
	readonly trouble: Trouble;
	/** What happened to the devices in trouble. */
	readonly happened: string;
	readonly found: BreakdownState;
	readonly findings: readonly Finding[];
	/** What looking reads, about. */
	readonly reads: number;
	readonly lookAgain: () => void;
};

/** What costs more than so many reads is counted only when it is asked for. */
const MAX_UNASKED_READS = 220;

/** Looks where a release gets devices into the trouble that the URL names, else into what the verdict is about. */
export function useTroubleLook(request: BreakdownRequest, devices: DeviceCounts): TroubleLook {
	const { trouble } = request;
	const inTrouble = devices[trouble];
	const reads = readsOfBreakdown(devices[TROUBLED_OF[trouble]]);
	const [looks, setLooks] = useState(0);
	const isUnasked = inTrouble > 0 && reads <= MAX_UNASKED_READS;
	useEffect(() => {
		if (isUnasked) setLooks((before) => Math.max(1, before));
	}, [isUnasked]);
	const look = inTrouble === 0 ? 0 : Math.max(looks, isUnasked ? 1 : 0);
	const found = useBreakdown(request, look);
	const happened = HAPPENED[FAMILY_OF[trouble]];
	const lookAgain = () => setLooks((before) => before + 1);
	return { trouble, happened, found, findings: findingsOf(found, happened), reads, lookAgain };
}

type BreakdownRequest = {
	readonly app: string;
	readonly version: string;
	readonly audience: Audience;
	readonly trouble: Trouble;
};

/**
 * Counts where a release gets devices into trouble, once for each look.
 *
 * @param look Counts up with each look that is asked for; 0 as long as none is.
 */
function useBreakdown(request: BreakdownRequest, look: number): BreakdownState {
	const database = useDatabase();
	const { app, version, audience, trouble } = request;
	const key = JSON.stringify([app, version, audience, trouble, look]);
	const [known, setKnown] = useState<{ readonly key: string; readonly found: BreakdownState }>();
	useEffect(() => {
		if (look === 0) return;
		let isGone = false;
		const tell = (found: BreakdownState) => {
			if (!isGone) setKnown({ key, found });
		};
		const isWanted = () => !isGone;
		breakDown(database, { app, version, audience, trouble }, isWanted, (done, of) =>
			tell({ state: "counting", done, of }),
		).then(
			(found) => tell({ state: "ready", at: Date.now(), ...found }),
			(error: unknown) => tell({ state: "failed", error: error instanceof Error ? error : new Error(String(error)) }),
		);
		return () => {
			isGone = true;
		};
	}, [database, key]);
	if (look === 0) return { state: "waiting" };
	return known?.key === key ? known.found : { state: "counting", done: 0, of: 0 };
}

/** What a breakdown reads at most, about: each field's values together are all devices, counted a thousand to a read. */
function readsOfBreakdown(devices: number): number {
	return 2 * SAMPLE_SIZE + 90 + Math.ceil((5 * devices) / 1_000);
}

async function breakDown(
	database: Database,
	{ app, version, audience, trouble }: BreakdownRequest,
	isWanted: () => boolean,
	onProgress: (done: number, of: number) => void,
) {
	const [list, whole] = [LISTS[trouble], LISTS[TROUBLED_OF[trouble]]];
	const devices = (of: VersionList, rest: Pick<ReleaseDevices, "told" | "limit"> = {}) =>
		devicesOfRelease({ appId: app, version, audience, list: of, ...rest });
	const [inTrouble, any] = await Promise.all([
		readQuery<DeviceDocument>(database, devices(list, { limit: SAMPLE_SIZE })),
		readQuery<DeviceDocument>(database, devices(whole, { limit: SAMPLE_SIZE })),
	]);
	const traits = traitsOf(inTrouble.map(toldFields), any.map(toldFields));
	let done = 0;
	const count = async (told: Trait["told"]): Promise<Counted> => {
		if (!isWanted()) throw new Error("Nobody looks any more.");
		const [failures, all] = await Promise.all([
			counted(database, devices(list, { told })),
			counted(database, devices(whole, { told })),
		]);
		done += 1;
		onProgress(done, traits.length + 1);
		return { failures, devices: Math.max(failures, all) };
	};
	const all = await count({});
	const countedTraits = await inTurn(
		traits,
		async (trait): Promise<CountedTrait> => ({ trait, ...(await count(trait.told)) }),
	);
	const breakdown = judgeTraits(countedTraits, all);
	const pairs = await inTurn(pairsOf(breakdown), async ([a, b]): Promise<CountedPair> => {
		const both = await count({ ...a.told, ...b.told });
		return {
			names: [traitName(a), traitName(b)],
			share: proportion(both.failures, both.devices),
			elsewhere: proportion(
				Math.max(0, all.failures - both.failures),
				Math.max(all.failures - both.failures, all.devices - both.devices),
			),
		};
	});
	return { breakdown, pairs, sample: inTrouble.length };
}

async function counted(database: Database, spec: ReturnType<typeof devicesOfRelease>): Promise<number> {
	const found = await countDocuments(database.db, spec);
	database.reads.add(readsOfCount(found));
	return found;
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
	const results = new Map<number, R>();
	const left = [...items.entries()];
	const turn = async () => {
		for (let next = left.shift(); next !== undefined; next = left.shift()) {
			const [index, item] = next;
			results.set(index, await work(item));
		}
	};
	await Promise.all(Array.from({ length: MAX_AT_A_TIME / 2 }, turn));
	return items.flatMap((_, index) => {
		const result = results.get(index);
		return result === undefined ? [] : [result];
	});
}

function toldFields({ platform, version_os, version_build, plugin_version, channel }: DeviceDocument): ToldFields {
	return { platform, version_os, version_build, plugin_version, channel };
}
