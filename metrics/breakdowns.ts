import { LEAST_FAILED_DEVICES } from "../functions/src/releases/evidence.ts";
import { type Proportion, proportion } from "../functions/src/releases/proportion.ts";
import { adjustedChances, type Counted, chanceOfSoMany } from "./beyondChance.ts";
import { BREAKDOWN_FIELDS, type BreakdownField } from "./queries.ts";

/** What devices told of themselves that a release may fail for: one value of a field, of an OS version with its platform. */
export type Trait = {
	readonly field: BreakdownField;
	readonly told: Readonly<Partial<Record<BreakdownField, string>>>;
};

/** A trait with its devices: those that got into trouble, of those of which it is told. */
export type CountedTrait = Counted & { readonly trait: Trait };

/** A trait, and how it compares with the devices that don't have it. */
export type JudgedTrait = {
	readonly trait: Trait;
	readonly share: Proportion;
	readonly elsewhere: Proportion;
	/** How likely so many failures are by chance, with all the traits that were looked at. */
	readonly chance: number;
	readonly standsOut: boolean;
};

/** Where a release fails. */
export type Breakdown = {
	readonly all: Proportion;
	/** Those that stand out beyond chance first, then by field and by number of devices. */
	readonly traits: readonly JudgedTrait[];
};

/** What stands out does so with an error of at most this, over all that was looked at. */
const ERROR = 0.01;

/** Values of one field that are looked at: the most frequent ones. */
export const MAX_VALUES = 8;

/** The descriptive fields of a device. */
export type ToldFields = Readonly<Partial<Record<BreakdownField, string | null | undefined>>>;

/**
 * The traits that are worth a count: those of devices in trouble, and of some of all devices, the most
 * frequent {@link MAX_VALUES} of each field. A value that neither has is rare, or has little to do with the failures.
 */
export function traitsOf(inTrouble: readonly ToldFields[], any: readonly ToldFields[]): readonly Trait[] {
	return BREAKDOWN_FIELDS.flatMap((field) => {
		const found = new Map<string, { readonly trait: Trait; readonly times: number }>();
		for (const device of [...inTrouble, ...any]) {
			const trait = traitOf(device, field);
			if (trait === null) continue;
			const name = traitName(trait);
			found.set(name, { trait, times: (found.get(name)?.times ?? 0) + 1 });
		}
		return [...found.values()]
			.toSorted((a, b) => b.times - a.times)
			.slice(0, MAX_VALUES)
			.map(({ trait }) => trait);
	});
}

function traitOf(device: ToldFields, field: BreakdownField): Trait | null {
	const value = device[field];
	if (!value) return null;
	if (field !== "version_os") return { field, told: { [field]: value } };
	return device.platform ? { field, told: { platform: device.platform, version_os: value } } : null;
}

/** A trait in words: `Android 9`, `native build 3.3.2`. */
export function traitName({ field, told }: Trait): string {
	const value = told[field] ?? "";
	switch (field) {
		case "platform":
			return platformName(value);
		case "version_os":
			return `${platformName(told.platform ?? "")} ${value}`;
		case "version_build":
			return `native build ${value}`;
		case "plugin_version":
			return `plugin ${value}`;
		case "channel":
			return `channel ${value}`;
	}
}

const PLATFORM_NAMES: Readonly<Record<string, string>> = { android: "Android", ios: "iOS", electron: "Electron" };

/** A platform as people write it. */
export function platformName(platform: string): string {
	return PLATFORM_NAMES[platform] ?? platform;
}

/**
 * Compares each trait with the devices that don't have it, and says which stand out beyond chance: many are looked at, and
 * of many something always looks striking. At least three devices must have failed.
 */
export function judgeTraits(counted: readonly CountedTrait[], all: Counted): Breakdown {
	const bounded = counted.map((trait) => ({ ...trait, ...withinWhole(trait, all) }));
	const chances = adjustedChances(bounded.map((trait) => chanceOfSoMany(trait, all)));
	const traits = bounded.map(({ trait, failures, devices }, index): JudgedTrait => {
		const chance = chances[index] ?? 1;
		return {
			trait,
			share: proportion(failures, devices),
			elsewhere: proportion(all.failures - failures, all.devices - devices),
			chance,
			standsOut: chance <= ERROR && failures >= LEAST_FAILED_DEVICES,
		};
	});
	return { all: proportion(all.failures, all.devices), traits: traits.toSorted(byImportance) };
}

/** Counts are taken one after the other while devices report: a part may be ahead of its whole. */
function withinWhole({ failures, devices }: Counted, all: Counted): Counted {
	const bounded = Math.min(devices, all.devices);
	const least = Math.max(0, all.failures - (all.devices - bounded));
	return { failures: Math.max(least, Math.min(failures, bounded, all.failures)), devices: bounded };
}

/** Of those that stand out the most concentrated come first: nearer to the cause than what contains them. */
function byImportance(a: JudgedTrait, b: JudgedTrait): number {
	if (a.standsOut !== b.standsOut) return a.standsOut ? -1 : 1;
	if (a.standsOut) return a.chance - b.chance || (b.share.share ?? 0) - (a.share.share ?? 0);
	const fields = BREAKDOWN_FIELDS.indexOf(a.trait.field) - BREAKDOWN_FIELDS.indexOf(b.trait.field);
	return fields || b.share.devices - a.share.devices;
}

/** Traits that are looked at together: these many of those that stand out, of different fields. */
const MAX_TOGETHER = 3;

/** The pairs of traits that stand out: what fails for both may fail for one of them alone. */
export function pairsOf({ traits }: Breakdown): readonly (readonly [Trait, Trait])[] {
	const first = traits.filter(({ standsOut }) => standsOut).map(({ trait }) => trait);
	const leading = first.filter(
		(trait, index) => first.findIndex(({ field }) => field === trait.field) === index && !isWithin(trait, first),
	);
	return leading
		.slice(0, MAX_TOGETHER)
		.toSorted((a, b) => BREAKDOWN_FIELDS.indexOf(a.field) - BREAKDOWN_FIELDS.indexOf(b.field))
		.flatMap((trait, index, all) => all.slice(index + 1).map((other) => [trait, other] as const));
}

/** A platform of which an OS version stands out tells nothing more. */
function isWithin({ field, told }: Trait, others: readonly Trait[]): boolean {
	return (
		field === "platform" &&
		others.some((other) => other.field === "version_os" && other.told.platform === told.platform)
	);
}
