/** The suite that `npm test` started for the tests. */
export const suite = {
	projectId: told("GCLOUD_PROJECT"),
	firestoreHost: told("FIRESTORE_EMULATOR_HOST"),
	statsUrl: told("STATS_URL"),
} as const;

/**
 * A project in the suite's Firestore emulator for which no trigger is registered: what is stored in it is counted by nobody
 * but the test itself.
 */
export const PROJECT_WITHOUT_TRIGGERS = "demo-without-triggers";

function told(variable: string): string {
	const value = process.env[variable];
	if (!value) throw new Error(`${variable} is not set: run the tests with npm test.`);
	return value;
}
