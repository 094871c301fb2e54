import { type HostedFunction, hostFunction } from "../../scripts/suite/hostedFunction.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "./suite.ts";

const hosts = new Map<string, Promise<HostedFunction>>();

/**
 * A function on the suite's Firestore emulator, in the project without triggers. Tests that ask for the same settings share
 * one instance; it ends with the last test.
 */
export function host(
	target: "stats" | "countEvent",
	settings: Readonly<Record<string, string>> = {},
): Promise<HostedFunction> {
	const key = JSON.stringify([target, settings]);
	const hosted =
		hosts.get(key) ??
		hostFunction(target, { projectId: PROJECT_WITHOUT_TRIGGERS, firestoreHost: suite.firestoreHost, settings });
	hosts.set(key, hosted);
	return hosted;
}

after(async () => {
	await Promise.all([...hosts.values()].map(async (hosted) => (await hosted).stop()));
});
