type Version = readonly [major: number, minor: number, patch: number];

/** Versions from `from` on and below `below`, both `X.Y.Z`. */
export type VersionRange = { readonly from: string; readonly below: string };

/** Whether what a plugin says of its own version lies in one of the ranges. What is no version lies in none. */
export function isWithin(pluginVersion: string | null | undefined, ranges: readonly VersionRange[]): boolean {
	const version = parseVersion(pluginVersion ?? "");
	if (!version) return false;
	return ranges.some((range) => {
		const [from, below] = [parseVersion(range.from), parseVersion(range.below)];
		return from !== undefined && below !== undefined && !isBelow(version, from) && isBelow(version, below);
	});
}

/** A prerelease counts as its release. */
function parseVersion(text: string): Version | undefined {
	const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(text);
	return parts ? [Number(parts[1]), Number(parts[2]), Number(parts[3])] : undefined;
}

function isBelow(version: Version, other: Version): boolean {
	const difference = version.map((part, index) => part - (other[index] ?? 0)).find((part) => part !== 0);
	return difference !== undefined && difference < 0;
}
