import { type HostedFunction, hostFunction } from "../../scripts/emulators/hostedFunction.ts";
import { PROJECT_WITHOUT_TRIGGERS, suite } from "./suite.ts";

type Target = "stats" | "countEvent" | "watch" | "sendAlert" | "health";

const CLOSED_PORT = "127.0.0.1:1";

const hosts = new Map<string, Promise<HostedFunction>>();

/**
 * An instance of a function on the suite's Firestore emulator, in the project without triggers. Tests that ask for the
 * same settings share one instance; it ends with the last test.
 */
export function host(target: Target, settings: Readonly<Record<string, string>> = {}): Promise<HostedFunction> {
	return shared(target, suite.firestoreHost, settings);
}

/** An instance of a function whose database does not answer. */
export function hostWithoutDatabase(target: Target): Promise<HostedFunction> {
	return shared(target, CLOSED_PORT, {});
}

function shared(
	target: Target,
	firestoreHost: string,
	settings: Readonly<Record<string, string>>,
): Promise<HostedFunction> {
	const key = JSON.stringify([target, firestoreHost, settings]);
	const hosted =
		hosts.get(key) ?? hostFunction(target, { projectId: PROJECT_WITHOUT_TRIGGERS, firestoreHost, settings });
	hosts.set(key, hosted);
	return hosted;
}

after(async () => {
	await Promise.all([...hosts.values()].map(async (hosted) => (await hosted).stop()));
});
