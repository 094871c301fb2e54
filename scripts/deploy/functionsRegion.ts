/** Firestore's multi-regions, and the regions that hold their data: https://firebase.google.com/docs/firestore/locations */
const MULTI_REGIONS: Readonly<Record<string, readonly [nearest: string, ...others: string[]]>> = {
	eur3: ["europe-west1", "europe-west4"],
	nam5: ["us-central1"],
	nam7: ["us-central1", "us-east4"],
};

/** Where the functions run, or why they can't run where the setting says. */
export type FunctionsRegion = { region: string } | { problem: string };

/**
 * Functions run where their database is: everything that they do is a request to it.
 *
 * @param location of the database, as Firestore names it
 * @param wanted the setting `REGION`, if it has a value yet
 */
export function functionsRegion(location: string, wanted: string | undefined): FunctionsRegion {
	const regions = MULTI_REGIONS[location] ?? [location];
	if (wanted === undefined) return { region: regions[0] };
	if (regions.includes(wanted)) return { region: wanted };
	return { problem: `the functions would run in ${wanted}, the database is in ${location}` };
}
